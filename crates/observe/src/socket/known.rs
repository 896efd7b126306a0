//! Catalogue: what usually listens on a port or a path.

use super::Peer;
use model::api::NodeKind::{self, Database, Service};

/// What a peer probably is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Known {
    /// A database or a service.
    pub kind: NodeKind,
    /// Its name for people.
    pub name: &'static str,
}

const PORTS: &[(u16, NodeKind, &str)] = &[
    (22, Service, "SSH"),
    (25, Service, "SMTP"),
    (53, Service, "DNS"),
    (80, Service, "HTTP"),
    (389, Service, "LDAP"),
    (443, Service, "HTTPS"),
    (465, Service, "SMTP"),
    (587, Service, "SMTP"),
    (636, Service, "LDAP"),
    (1433, Database, "SQL Server"),
    (1521, Database, "Oracle"),
    (1883, Service, "MQTT"),
    (2181, Service, "ZooKeeper"),
    (2379, Database, "etcd"),
    (3306, Database, "MySQL"),
    (4222, Service, "NATS"),
    (4317, Service, "OpenTelemetry"),
    (4318, Service, "OpenTelemetry"),
    (5432, Database, "PostgreSQL"),
    (5433, Database, "PostgreSQL"),
    (5672, Service, "RabbitMQ"),
    (5984, Database, "CouchDB"),
    (6333, Database, "Qdrant"),
    (6379, Database, "Redis"),
    (6380, Database, "Redis"),
    (6432, Database, "PgBouncer"),
    (7687, Database, "Neo4j"),
    (8086, Database, "InfluxDB"),
    (8123, Database, "ClickHouse"),
    (8125, Service, "StatsD"),
    (8443, Service, "HTTPS"),
    (9000, Database, "ClickHouse"),
    (9042, Database, "Cassandra"),
    (9092, Service, "Kafka"),
    (9200, Database, "Elasticsearch"),
    (11211, Database, "Memcached"),
    (26257, Database, "CockroachDB"),
    (26379, Database, "Redis Sentinel"),
    (27017, Database, "MongoDB"),
];

/// Parts of paths, the more telling first.
const PATHS: &[(&str, NodeKind, &str)] = &[
    (".s.PGSQL.", Database, "PostgreSQL"),
    ("mysql", Database, "MySQL"),
    ("mariadb", Database, "MySQL"),
    ("mongodb", Database, "MongoDB"),
    ("redis", Database, "Redis"),
    ("valkey", Database, "Redis"),
    ("memcached", Database, "Memcached"),
    ("docker.sock", Service, "Docker"),
];

/// What listens there, if what usually listens there does.
pub fn known(peer: &Peer) -> Known {
    let found = match peer {
        Peer::Tcp(address) => PORTS
            .iter()
            .find(|(port, ..)| *port == address.port())
            .map(|(_, kind, name)| Known { kind: *kind, name }),
        Peer::Unix(path) => PATHS
            .iter()
            .find(|(part, ..)| path.contains(part))
            .map(|(_, kind, name)| Known { kind: *kind, name }),
    };
    let other = match peer {
        Peer::Tcp(_) => Known { kind: Service, name: "TCP" },
        Peer::Unix(_) => Known { kind: Service, name: "unix socket" },
    };
    found.unwrap_or(other)
}

use super::Server;
use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

/// `[observe.export.NAME]`: where logs or metrics are sent to.
#[derive(Clone, PartialEq, Eq)]
pub struct Export {
    /// Its name.
    pub name: String,
    /// Where, and in which words.
    pub to: ExportTo,
    /// It gets logs.
    pub logs: bool,
    /// It gets metrics.
    pub metrics: bool,
    /// The least grave level that is sent: one of `trace`, `debug`, `info`, `warn`, `error`, `fatal`.
    pub level: &'static str,
    /// What is added to everything sent, by name.
    pub labels: Vec<(String, String)>,
    /// Bytes on disk that may wait; the oldest are dropped.
    pub queue_bytes_max: u64,
    /// How long lines are collected before they are sent.
    pub delay: Duration,
    /// Time between two samples of a metric.
    pub every: Duration,
    /// Limit of one request.
    pub timeout: Duration,
}

/// Where an export goes.
#[derive(Clone, PartialEq, Eq)]
pub enum ExportTo {
    /// By HTTP.
    Http(ExportHttp),
    /// By Fluentd's forward protocol.
    Fluent(ExportFluent),
    /// To files.
    File(ExportFile),
}

/// What an HTTP server takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExportForm {
    /// Elasticsearch's `_bulk`, to this data stream or index.
    Elasticsearch {
        /// Its name.
        index: String,
    },
    /// Loki's push.
    Loki,
    /// OTLP/HTTP in protobuf.
    Otlp,
    /// Prometheus's remote write 1.0.
    Prometheus,
}

/// An HTTP server.
#[derive(Clone, PartialEq, Eq)]
pub struct ExportHttp {
    /// What it takes.
    pub form: ExportForm,
    /// The server.
    pub server: Server,
    /// The path of the URL, without a slash at its end; empty for the form's own.
    pub path: String,
    /// Headers of each request, `authorization` among them.
    pub headers: Vec<(String, String)>,
    /// Compress bodies with gzip, where the form has no coding of its own.
    pub gzip: bool,
    /// A PEM file of the authorities that sign its certificate; None: those that browsers trust.
    pub ca: Option<PathBuf>,
}

/// A Fluentd or Fluent Bit.
#[derive(Clone, PartialEq, Eq)]
pub struct ExportFluent {
    /// The server.
    pub server: Server,
    /// What tags begin with; the app's name follows.
    pub tag: String,
    /// `shared_key` of both sides.
    pub shared_key: Option<String>,
    /// The user and the password, where the server asks for them.
    pub login: Option<(String, String)>,
    /// As in [`ExportHttp`].
    pub ca: Option<PathBuf>,
}

/// Files of JSON lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportFile {
    /// The file; older ones have a number behind their name.
    pub path: PathBuf,
    /// It is put aside when it grows past this size, in bytes.
    pub rotate_bytes: u64,
    /// How many are kept that were put aside.
    pub keep: u32,
}

impl Export {
    /// The word for what is spoken to it.
    pub fn form(&self) -> &'static str {
        match &self.to {
            ExportTo::Http(http) => match http.form {
                ExportForm::Elasticsearch { .. } => "elasticsearch",
                ExportForm::Loki => "loki",
                ExportForm::Otlp => "otlp",
                ExportForm::Prometheus => "prometheus",
            },
            ExportTo::Fluent(_) => "fluent",
            ExportTo::File(_) => "file",
        }
    }

    /// Where it is, without secrets.
    pub fn place(&self) -> String {
        match &self.to {
            ExportTo::Http(http) => format!("{}{}", http.server, http.path),
            ExportTo::Fluent(fluent) => {
                let Server { tls, .. } = &fluent.server;
                let url = fluent.server.to_string();
                let scheme = if *tls { "tls" } else { "tcp" };
                url.split_once(':').map_or(url.clone(), |(_, rest)| format!("{scheme}:{rest}"))
            }
            ExportTo::File(file) => file.path.display().to_string(),
        }
    }
}

// Headers and keys are secrets.
impl fmt::Debug for Export {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Export({} {} {})", self.name, self.form(), self.place())
    }
}

impl fmt::Debug for ExportTo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ExportTo(…)")
    }
}

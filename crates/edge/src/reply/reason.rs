//! Catalogue: every reason for which the edge itself refuses a request or a connection. Metrics
//! count by its name, the access log and the notices name it.

macro_rules! reasons {
    ($($id:ident $name:literal $rule:literal;)*) => {
        /// Why the edge refused.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Reason {
            $(#[doc = concat!("`", $name, "` ", $rule)] $id),*
        }

        impl Reason {
            /// All of them; each one's place is its number.
            pub const ALL: &[Reason] = &[$(Reason::$id),*];

            /// Its name in metrics and logs.
            pub fn name(self) -> &'static str {
                match self {
                    $(Reason::$id => $name),*
                }
            }

            /// Where the rule stands that was broken; empty if it is one of the edge's own.
            pub fn rule(self) -> &'static str {
                match self {
                    $(Reason::$id => $rule),*
                }
            }
        }
    };
}

reasons! {
    // Heads.
    RequestLine "request_line" "RFC 9112 3";
    Version "version" "RFC 9112 2.3";
    LineEnd "line_end" "RFC 9112 2.2";
    HeaderName "header_name" "RFC 9112 5.1";
    HeaderValue "header_value" "RFC 9110 5.5";
    TooManyHeaders "too_many_headers" "";
    HeadTooLarge "head_too_large" "";
    TargetTooLong "target_too_long" "";
    Target "target" "RFC 9112 3.2";
    TargetMismatch "target_mismatch" "RFC 9112 3.2.2";
    HostMissing "host_missing" "RFC 9112 3.2";
    HostDuplicate "host_duplicate" "RFC 9112 3.2";
    Host "host" "RFC 9110 7.2";
    Length "length" "RFC 9110 8.6";
    LengthDuplicate "length_duplicate" "RFC 9112 6.3";
    LengthAndCoding "length_and_coding" "RFC 9112 6.1";
    Coding "coding" "RFC 9112 6.1";
    CodingInOld "coding_in_old" "RFC 9112 6.1";
    Alias "alias" "";
    Connection "connection" "RFC 9110 7.6.1";
    Expect "expect" "RFC 9110 10.1.1";
    Method "method" "";
    // Time and bodies.
    HeadTimeout "head_timeout" "";
    BodyTimeout "body_timeout" "";
    BodyTooLarge "body_too_large" "";
    Chunk "chunk" "RFC 9112 7.1";
    Truncated "truncated" "RFC 9112 8";
    // Who is let in.
    Denied "denied" "";
    HostNotServed "host_not_served" "RFC 9110 15.5.20";
    Insecure "insecure" "";
    MethodNotTaken "method_not_taken" "RFC 9110 15.5.6";
    // Limits.
    RateLimited "rate_limited" "RFC 6585 4";
    LimitStore "limit_store" "";
    // Apps and upstreams.
    NoRoute "no_route" "";
    AppFailed "app_failed" "";
    AppStopped "app_stopped" "";
    NoWorker "no_worker" "";
    QueueFull "queue_full" "";
    Shed "shed" "";
    Refused "refused" "";
    Unreachable "unreachable" "";
    Exhausted "exhausted" "";
    NoReply "no_reply" "";
    BadReply "bad_reply" "";
    ReplyTimeout "reply_timeout" "";
    NotRead "not_read" "";
    // Files.
    NoFile "no_file" "";
    FilePath "file_path" "RFC 3986 2.1";
    FileForbidden "file_forbidden" "";
    FilesExhausted "files_exhausted" "";
    FileBroken "file_broken" "";
    // HTTP/2: errors of a connection or a stream come here.
    Http2Request "http2_request" "RFC 9113 8.3";
    Http2Connection "http2_connection" "RFC 9113 5.4.1";
    // Connections: TLS, the PROXY protocol, and how many there are.
    NotTls "not_tls" "";
    Tls "tls" "";
    TlsName "tls_name" "RFC 6066 3";
    ProxyHeader "proxy_header" "";
    ProxyTimeout "proxy_timeout" "";
    Connections "connections" "";
}

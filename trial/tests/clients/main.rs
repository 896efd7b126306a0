//! Programs that others wrote and that speak HTTP/2, through the real binary: gRPC by `@grpc/grpc-js`,
//! Node's own client and server, and WebSockets of the `ws` package behind extended CONNECT.

mod grpc;
mod node;
mod program;

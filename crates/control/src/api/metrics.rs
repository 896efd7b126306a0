use super::{Body, Desk, reply};
use hyper::Response;
use hyper::header::{ACCEPT, HeaderMap};
use meter::{Format, Page, names};

pub fn page(desk: &Desk, headers: &HeaderMap) -> Response<Body> {
    let accept = headers.get(ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let format = Format::accepted(accept);
    let status = desk.running.status();
    let mut page = Page::new(format);
    page.sample(&names::BUILD_INFO, &[&status.version], 1);
    page.sample(&names::UPTIME, &[], status.uptime_seconds);
    page.sample(&names::RSS, &[], status.rss_bytes);
    desk.running.write_metrics(&mut page);
    reply::full(format.content_type(), page.finish())
}

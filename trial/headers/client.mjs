// Requests by HTTP/1.1 or HTTP/2, with or without TLS: node client.mjs URL REQUESTS
// URL's scheme is h1, h1s, h2 or h2s. REQUESTS is an array of { method, path, headers }; prints for each
// the reply's status, headers (names in small letters, in their order) and body.
import { once } from 'node:events';
import http from 'node:http';
import http2 from 'node:http2';
import https from 'node:https';

const [place, requests] = process.argv.slice(2);
const [scheme, address] = place.split('://');
const [host, port] = address.split(':');
const secure = scheme.endsWith('s');

async function first({ method = 'GET', path, headers = {} }) {
  const options = { host, port, method, path, headers, agent: false, rejectUnauthorized: false };
  const request = (secure ? https : http).request(options).end();
  const [reply] = await once(request, 'response');
  let body = '';
  for await (const part of reply.setEncoding('utf8')) body += part;
  const lines = [];
  for (let at = 0; at < reply.rawHeaders.length; at += 2) {
    lines.push([reply.rawHeaders[at].toLowerCase(), reply.rawHeaders[at + 1]]);
  }
  return { status: reply.statusCode, headers: lines, body };
}

async function second(session, { method = 'GET', path, headers = {} }) {
  const { host: authority, ...rest } = headers;
  const named = authority === undefined ? {} : { ':authority': authority };
  const stream = session.request({ ':method': method, ':path': path, ...named, ...rest });
  stream.end();
  const [head] = await once(stream, 'response');
  let body = '';
  for await (const part of stream.setEncoding('utf8')) body += part;
  const lines = Object.entries(head).filter(([name]) => !name.startsWith(':'))
    .flatMap(([name, value]) => [value].flat().map((one) => [name, one]));
  return { status: head[':status'], headers: lines, body };
}

const replies = [];
if (scheme.startsWith('h1')) {
  for (const request of JSON.parse(requests)) replies.push(await first(request));
} else {
  const session = http2.connect(`http${secure ? 's' : ''}://${address}`, { rejectUnauthorized: false });
  for (const request of JSON.parse(requests)) replies.push(await second(session, request));
  session.close();
}
console.log(JSON.stringify(replies));

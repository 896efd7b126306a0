// What the edge's headers are tried with: says what it was asked, and sends the headers that it is asked for.
const http = require('node:http');

const bodies = { whole: 0, torn: 0 };

http.createServer((request, response) => {
  const url = new URL(request.url, 'http://x');
  response.setHeader('X-Powered-By', 'Express');
  for (const line of url.searchParams.getAll('h')) {
    const at = line.indexOf(':');
    response.appendHeader(line.slice(0, at), line.slice(at + 1));
  }
  response.statusCode = Number(url.searchParams.get('status') ?? 200);
  if (url.pathname === '/bodies') return response.end(JSON.stringify(bodies));
  if (url.pathname.endsWith('/page')) {
    response.setHeader('Content-Type', 'text/html; charset=utf-8');
    return response.end(`<script nonce="${request.headers['x-nonce']}">1</script>`
      + JSON.stringify(request.headers));
  }
  if (request.method !== 'POST') {
    return response.end(JSON.stringify({ method: request.method, url: request.url, headers: request.headers }));
  }
  let bytes = 0;
  request.on('data', (part) => { bytes += part.length; });
  request.on('end', () => { bodies.whole += 1; response.end(String(bytes)); });
  request.on('aborted', () => { bodies.torn += 1; });
  request.on('error', () => {});
}).listen(3000);

// An app that speaks HTTP/2 only, with the API that is HTTP/2's own.
const crypto = require('node:crypto');
const http2 = require('node:http2');

http2.createServer().on('stream', (stream, headers) => {
  const hash = crypto.createHash('sha256');
  let bytes = 0;
  stream.on('error', () => {});
  stream.on('data', (part) => { hash.update(part); bytes += part.length; });
  stream.on('end', () => {
    const sum = hash.digest('hex');
    const told = { method: headers[':method'], path: headers[':path'], authority: headers[':authority'], bytes, sum };
    if (headers[':path'] === '/nothing') return stream.respond({ ':status': 204 }, { endStream: true });
    stream.respond({ ':status': 200, 'content-type': 'application/json', 'set-cookie': ['a=1', 'b=2'] }, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers({ 'x-sum': sum }));
    stream.end(headers[':method'] === 'HEAD' ? undefined : JSON.stringify(told));
  });
  if (headers[':path'] === '/push') assertNoPush(stream);
}).listen(process.env.PORT || 3000);

function assertNoPush(stream) {
  if (stream.pushAllowed) process.exit(9);
}

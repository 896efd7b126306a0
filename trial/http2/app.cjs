// An Express app with WebSockets on the same server, written for HTTP/1.
const crypto = require('node:crypto');
const express = require('express');
const { WebSocketServer } = require('ws');

const app = express();
app.get('/hello', (req, res) => res.json({ version: req.httpVersion, host: req.headers.host, cookie: req.headers.cookie }));
app.get('/slow', (req, res) => setTimeout(() => res.send('slow'), 200));
app.post('/sum', (req, res) => {
  const hash = crypto.createHash('sha256');
  let bytes = 0;
  req.on('data', (part) => { hash.update(part); bytes += part.length; });
  req.on('end', () => res.json({ bytes, sum: hash.digest('hex'), trailers: req.trailers }));
});
app.get('/bytes/:count', (req, res) => {
  let left = Number(req.params.count);
  res.set('trailer', 'x-sum').set('x-count', req.params.count);
  const hash = crypto.createHash('sha256');
  const more = () => {
    while (left > 0) {
      const part = Buffer.alloc(Math.min(left, 65_536), left % 251);
      left -= part.length;
      hash.update(part);
      if (!res.write(part)) return res.once('drain', more);
    }
    res.addTrailers({ 'x-sum': hash.digest('hex') });
    res.end();
  };
  more();
});
app.get('/hints', (req, res) => res.writeEarlyHints({ link: '</a.css>; rel=preload' }, () => res.send('hinted')));
app.post('/early', (req, res) => res.status(403).send('no need'));

const server = app.listen(process.env.PORT || 3000);
const sockets = new WebSocketServer({ server, path: '/socket', handleProtocols: (offered) => [...offered][0] });
sockets.on('connection', (socket) => {
  socket.on('message', (data, binary) => socket.send(data, { binary }));
});

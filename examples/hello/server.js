const http = require('node:http');

const port = process.env.PORT || 3000;

const server = http.createServer((req, res) => {
  res.setHeader('Content-Type', 'text/plain');
  res.end('Hello from Node.js\n');
});

server.listen(port, () => console.log(`listening on port ${port}`));

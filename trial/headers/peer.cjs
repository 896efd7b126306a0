// The real helmet or cors in a real server: node peer.cjs helmet|cors CASES
// CASES is an array of { options, method, headers }; prints for each the reply's status and headers.
const http = require('node:http');
const [, , name, cases] = process.argv;
const middleware = require(name);

async function run({ options, method = 'GET', headers = {} }) {
  const answer = middleware(options);
  const server = http.createServer((request, response) => {
    response.setHeader('X-Powered-By', 'Express');
    answer(request, response, (error) => {
      if (error) throw error;
      response.end('fine');
    });
  });
  await new Promise((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  const { port } = server.address();
  const reply = await new Promise((resolve, reject) => {
    http.request({ port, host: '127.0.0.1', method, headers, agent: false }, resolve).on('error', reject).end();
  });
  reply.resume();
  const lines = [];
  for (let at = 0; at < reply.rawHeaders.length; at += 2) lines.push(reply.rawHeaders.slice(at, at + 2));
  server.close();
  return { status: reply.statusCode, headers: lines };
}

(async () => {
  const replies = [];
  for (const one of JSON.parse(cases)) replies.push(await run(one));
  console.log(JSON.stringify(replies));
})();

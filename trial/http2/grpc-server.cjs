// A gRPC server as people write them: it knows nothing of Ostler.
const { grpc, Echo } = require('./proto.cjs');

const pid = process.pid;
let cancelled = 0;

const server = new grpc.Server({ 'grpc.max_receive_message_length': 16 << 20 });
server.addService(Echo.service, {
  Say(call, reply) {
    const first = new grpc.Metadata();
    for (const key of ['x-text', 'x-data-bin']) for (const value of call.metadata.get(key)) first.add(key, value);
    call.sendMetadata(first);
    const last = new grpc.Metadata();
    last.set('x-last', 'last');
    last.set('x-last-bin', Buffer.from([0, 1, 254, 255]));
    reply(null, { ...call.request, pid }, last);
  },
  Collect(call, reply) {
    let number = 0;
    call.on('data', (message) => { number += message.number; });
    call.on('end', () => reply(null, { number, pid }));
  },
  Count(call) {
    for (let number = 1; number <= call.request.number; number++) call.write({ number, pid });
    call.end();
  },
  Chat(call) {
    call.on('data', (message) => call.write({ text: message.text.toUpperCase(), pid }));
    call.on('end', () => call.end());
  },
  Fail(call, reply) {
    const metadata = new grpc.Metadata();
    metadata.set('x-why-bin', Buffer.from('because'));
    reply({ code: grpc.status.NOT_FOUND, details: 'there is no “' + call.request.text + '”, 100 %', metadata });
  },
  Wait(call, reply) {
    const timer = setTimeout(() => reply(null, { text: 'late', pid }), call.request.number);
    call.on('cancelled', () => { cancelled += 1; clearTimeout(timer); });
  },
  Cancelled(call, reply) { reply(null, { number: cancelled, pid }); },
  Die() { process.exit(7); },
});
const listen = '0.0.0.0:' + (process.env.PORT || 50051);
server.bindAsync(listen, grpc.ServerCredentials.createInsecure(), (error) => { if (error) throw error; });

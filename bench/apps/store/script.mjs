// A script that runs for NUMBER seconds, and how long PING, INFO and a published message take meanwhile.
import { Redis } from 'ioredis';
import { at, now, number, open, sleep, tell, url } from './kit.mjs';

const [runner, pinger, publisher] = [open(), open(), open()];
// Told of BUSY at once, or answered: either is told by its time.
const subscriber = new Redis(url);
await subscriber.subscribe('news');
let heard;
subscriber.on('message', () => heard?.());
await Promise.all([pinger.ping(), publisher.ping()]);
// A script has no clock: how many rounds take so long is tried out before.
const rounds = (count) => runner.eval('local n = 0 for i = 1, ARGV[1] do n = (n + i) % 7 end return n', 0, count);
const tried = 1e7;
const start = now();
await rounds(tried);
const begun = now();
const running = rounds(Math.ceil((tried * number * 1e3) / (begun - start))).then(() => now() - begun);
await sleep(100);
const times = { ping: [], info: [], message: [] };
let busy = 0;
const timed = async (list, action) => {
  const began = now();
  await action().catch((error) => { if (/BUSY/.test(error.message)) busy += 1; else throw error; });
  list.push(now() - began);
};
const end = now() + number * 1e3 - 500;
while (now() < end) {
  await timed(times.ping, () => pinger.ping());
  await timed(times.info, () => pinger.info('server'));
  await timed(times.message, () => new Promise((resolve, reject) => { heard = resolve; publisher.publish('news', 'x').catch(reject); }));
  await sleep(20);
}
const took = await running;
if (took < number * 500) throw new Error(`the script took only ${took} ms`);
tell({ busy, ping_ms: at(times.ping, 1), info_ms: at(times.info, 1), message_ms: at(times.message, 1) });

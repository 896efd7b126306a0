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
const running = runner.eval(
  // TIME stands still while a script runs.
  'local e = os.clock() + ARGV[1] / 1000 repeat until os.clock() > e return 1',
  0, number * 1e3,
).catch((error) => error.message);
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
await running;
tell({ busy, ping_ms: at(times.ping, 1), info_ms: at(times.info, 1), message_ms: at(times.message, 1) });

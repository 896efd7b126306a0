import { setTimeout as wait } from 'node:timers/promises';

export const dynamic = 'force-dynamic';

export function GET() {
  const encoder = new TextEncoder();
  const body = new ReadableStream({
    async start(controller) {
      for (let part = 0; part < 5; part++) {
        controller.enqueue(encoder.encode(`part ${part}\n`));
        await wait(20);
      }
      controller.close();
    },
  });
  return new Response(body, { headers: { 'content-type': 'text/plain' } });
}

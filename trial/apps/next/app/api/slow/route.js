import { setTimeout as wait } from 'node:timers/promises';

export const dynamic = 'force-dynamic';

export async function GET() {
  await wait(500);
  return new Response('slow');
}

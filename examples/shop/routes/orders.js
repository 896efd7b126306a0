import { Router } from 'express';
import { randomUUID } from 'node:crypto';
import { appendFile, readFile } from 'node:fs/promises';
import { priced } from '../catalogue.js';
import { send, state } from '../receipts.js';
import { readCart, writeCart } from './cart.js';

// One order a line. Appending a short line is atomic, so several processes may share the file.
const FILE = process.env.ORDERS_FILE ?? new URL('../data/orders.jsonl', import.meta.url);

export const orders = Router();

orders.post('/', async (req, res) => {
  const { lines, total, currency } = priced(readCart(req));
  const email = req.body?.email;
  if (lines.length === 0) return res.status(422).json({ error: 'the cart is empty' });
  if (typeof email !== 'string' || !email.includes('@')) return res.status(422).json({ error: 'email is missing' });
  const order = { id: randomUUID(), at: new Date().toISOString(), email, lines, total, currency };
  await appendFile(FILE, `${JSON.stringify(order)}\n`);
  await send(order);
  writeCart(res, []);
  res.status(201).location(`/orders/${order.id}`).json(order);
});

orders.get('/:id', async (req, res) => {
  const order = (await all()).find(({ id }) => id === req.params.id);
  if (!order) return res.status(404).json({ error: `there is no order ${req.params.id}` });
  res.json({ ...order, receipt: await state(order.id) });
});

orders.get('/', async (req, res) => {
  const found = await all();
  res.json({ count: found.length, total: Math.round(found.reduce((sum, { total }) => sum + total * 100, 0)) / 100 });
});

async function all() {
  const text = await readFile(FILE, 'utf8').catch((error) => (error.code === 'ENOENT' ? '' : Promise.reject(error)));
  return text.split('\n').filter(Boolean).map((line) => JSON.parse(line));
}

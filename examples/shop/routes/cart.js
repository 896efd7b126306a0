import { Router } from 'express';
import { find, priced } from '../catalogue.js';

// The cart lives in a cookie: the server keeps nothing, so that any process can answer.
const COOKIE = 'cart';
const ITEMS_MAX = 50;
const QUANTITY_MAX = 99;

export const cart = Router();

cart.get('/', (req, res) => res.json(priced(readCart(req))));

cart.put('/items/:id', (req, res) => {
  const product = find(req.params.id);
  const quantity = req.body?.quantity;
  if (!product) return res.status(404).json({ error: `there is no product ${req.params.id}` });
  if (!Number.isInteger(quantity) || quantity < 1 || quantity > QUANTITY_MAX) {
    return res.status(422).json({ error: `quantity must be 1 to ${QUANTITY_MAX}` });
  }
  const items = readCart(req).filter((item) => item.id !== product.id);
  if (items.length >= ITEMS_MAX) return res.status(422).json({ error: 'the cart is full' });
  send(res, [...items, { id: product.id, quantity }]);
});

cart.delete('/items/:id', (req, res) => {
  send(res, readCart(req).filter((item) => item.id !== Number(req.params.id)));
});

export function readCart(req) {
  const pair = req.headers.cookie?.split('; ').find((text) => text.startsWith(`${COOKIE}=`));
  const text = pair?.slice(COOKIE.length + 1) ?? '';
  return text.split('.').filter((item) => /^\d+x\d+$/.test(item)).slice(0, ITEMS_MAX).map((item) => {
    const [id, quantity] = item.split('x').map(Number);
    return { id, quantity: Math.min(quantity, QUANTITY_MAX) };
  });
}

export function writeCart(res, items) {
  const value = items.map(({ id, quantity }) => `${id}x${quantity}`).join('.');
  res.cookie(COOKIE, value, { httpOnly: true, sameSite: 'lax', secure: res.req.secure, maxAge: 7 * 24 * 3600 * 1000 });
}

function send(res, items) {
  writeCart(res, items);
  res.json(priced(items));
}

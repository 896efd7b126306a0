import { readFileSync } from 'node:fs';

/** All products, as the shop sells them. */
export const catalogue = JSON.parse(readFileSync(new URL('data/products.json', import.meta.url)));

const byId = new Map(catalogue.map((product) => [product.id, product]));

export const find = (id) => byId.get(Number(id));

/** The items of a cart with names, prices and their sum. Prices are the catalogue's, never the client's. */
export function priced(items) {
  const lines = items.flatMap(({ id, quantity }) => {
    const product = find(id);
    return product ? [{ id, name: product.name, quantity, price: product.price, total: cents(product.price * quantity) }] : [];
  });
  return { lines, total: cents(lines.reduce((sum, line) => sum + line.total, 0)), currency: 'EUR' };
}

const cents = (amount) => Math.round(amount * 100) / 100;

// The API itself, the same on every side of the guide measurement. GET /products answers about 4.5 kB, GET
// /products/7 some 150 bytes; where there are sessions, GET /login begins one and /products names its user.
'use strict';

const words = ['steel', 'oak', 'linen', 'copper', 'glass', 'wool', 'clay', 'paper', 'brass', 'cork'];
const word = (at) => words[at % words.length];
const products = Array.from({ length: 30 }, (_, at) => ({
  id: at + 1,
  name: `${word(at)} ${word(at * 7 + 3)} no. ${at + 1}`,
  description: `Made of ${word(at * 3)} and ${word(at * 9 + 1)}, order code ${(at * 2654435761) % 4294967296}`,
  price_cents: 1000 + ((at * 7919) % 9000),
  stock: (at * 31) % 50,
  tags: [word(at * 5), word(at * 3 + 2)],
}));

exports.routes = (app) => {
  app.get('/products', (request, response) => {
    response.json({ user: request.session?.user, products });
  });
  app.get('/products/:id', (request, response) => {
    const product = products[Number(request.params.id) - 1];
    if (!product) return response.status(404).json({ error: 'no such product' });
    response.json(product);
  });
  app.get('/login', (request, response) => {
    request.session.user = 'ann';
    response.json({ user: request.session.user });
  });
};

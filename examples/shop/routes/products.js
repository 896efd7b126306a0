import { Router } from 'express';
import { catalogue, find } from '../catalogue.js';

export const products = Router();

products.get('/', (req, res) => {
  const { category, search } = req.query;
  let found = catalogue;
  if (category) found = found.filter((product) => product.category === category);
  if (search) found = found.filter((product) => product.name.toLowerCase().includes(String(search).toLowerCase()));
  res.json(found);
});

products.get('/:id', (req, res) => {
  const product = find(req.params.id);
  if (!product) return res.status(404).json({ error: `there is no product ${req.params.id}` });
  res.json(product);
});

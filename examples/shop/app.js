import express from 'express';
import { cart } from './routes/cart.js';
import { orders } from './routes/orders.js';
import { products } from './routes/products.js';

export const app = express();

app.set('trust proxy', 'loopback');
app.disable('x-powered-by');
app.use(express.json({ limit: '20kb' }));

app.get('/', (req, res) => {
  res.json({ name: 'shop', links: ['/products', '/products/1001', '/cart', '/orders', '/health'] });
});
app.get('/health', (req, res) => res.json({ status: 'ok', uptime: Math.round(process.uptime()) }));
app.use('/products', products);
app.use('/cart', cart);
app.use('/orders', orders);

app.use((req, res) => res.status(404).json({ error: `there is no ${req.method} ${req.path}` }));
app.use((error, req, res, next) => {
  const status = error.status ?? 500;
  if (status >= 500) console.error(error);
  res.status(status).json({ error: status >= 500 ? 'internal error' : error.message });
});

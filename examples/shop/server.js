import { app } from './app.js';

const port = process.env.PORT || 3000;

const server = app.listen(port, (error) => {
  if (error) throw error;
  console.log(`shop listening on port ${port}`);
});

for (const signal of ['SIGTERM', 'SIGINT']) {
  process.on(signal, () => server.close(() => process.exit(0)));
}

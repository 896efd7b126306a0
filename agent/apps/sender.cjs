'use strict';
// A forked child with a channel of its own.
process.send('ready');
setInterval(() => {}, 1e6);

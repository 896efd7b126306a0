'use strict';
// Makes this Node look old to whatever is loaded after it.
Object.defineProperty(process, 'version', { value: 'v16.20.2' });

// express.static alone, as its documentation shows it. GUIDE_FILES names the folder.
'use strict';
const express = require('express');

const app = express();
app.use(express.static(process.env.GUIDE_FILES));
app.listen(process.env.PORT, (error) => { if (error) throw error; });

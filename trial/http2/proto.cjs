// The service, for the server and the client.
const path = require('node:path');
const grpc = require('@grpc/grpc-js');
const loader = require('@grpc/proto-loader');

exports.grpc = grpc;
exports.Echo = grpc.loadPackageDefinition(loader.loadSync(path.join(__dirname, 'echo.proto'), { defaults: true })).trial.Echo;

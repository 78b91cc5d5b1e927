// Loaded before an app: whatever asks the network fails.
const dns = require('node:dns');
const net = require('node:net');

const refuse = () => { throw new Error('A synth asked the network'); };
net.Socket.prototype.connect = refuse;
dns.lookup = refuse;
dns.promises.lookup = refuse;

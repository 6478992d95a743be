// Times receiptline in its own process. Standard input: {markup, printer, warm_up, rounds} as JSON.
// Standard output: {version, bytes (base64), text, ms: [one per round]}.
'use strict';

const fs = require('fs');
const receiptline = require('receiptline');

const task = JSON.parse(fs.readFileSync(0, 'utf8'));
const ms = [];
let commands = '';
for (let round = -task.warm_up; round < task.rounds; round++) {
    const began = process.hrtime.bigint();
    commands = receiptline.transform(task.markup, task.printer);
    const took = Number(process.hrtime.bigint() - began) / 1e6;
    if (round >= 0) {
        ms.push(took);
    }
}
console.log(JSON.stringify({
    version: require('receiptline/package.json').version,
    bytes: Buffer.from(commands, 'binary').toString('base64'),
    text: receiptline.transform(task.markup, { ...task.printer, command: 'text' }),
    ms,
}));

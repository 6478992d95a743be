// Cuts ESC/POS files into the tokens of npos, a parser that others wrote, and their text with iconv-lite.
// Usage: node tokenize.js FILE...   One line of JSON for each file: [{name, at, size, data, text?}, ...]
'use strict';

const fs = require('fs');
const iconv = require('iconv-lite');
const npos = require('npos');

// npos knows no QR command; its rules are open: a function of GS ( k has two bytes of length and as many of data
npos.rules[npos.symbols.GS]['(k'] = [0, 'd16'];

const DEFINE_GLYPH = 'FS2', DEFINE_LETTERS = 'ESC&', LETTERS = 'ESC%';
const KANJI = 'FSC', INTERNATIONAL = 'ESCR', RESET = 'ESC@', TEXT = 'STX';
const GLYPH = '〓', LETTER = '￮'; // what the job itself has drawn, as wide as a kanji and half as wide

const isLead = byte => (byte >= 0x81 && byte <= 0x9f) || (byte >= 0xe0 && byte <= 0xfc);

const decode = (bytes, state) => {
    let text = '';
    for (let i = 0; i < bytes.length;) {
        const size = state.kanji && isLead(bytes[i]) ? 2 : 1;
        const code = bytes.subarray(i, i + size);
        if (size === 2 && state.drawn.has(code.toString('hex'))) {
            text += GLYPH;
        } else if (state.letters && state.drawn.has(code.toString('hex'))) {
            text += LETTER;
        } else if (bytes[i] === 0x5c && state.japan) {
            text += '¥';
        } else {
            text += iconv.decode(code, 'Shift_JIS');
        }
        i += size;
    }
    return text;
};

const read = raw => {
    const ast = npos.parser(npos.rules).analyze(raw);
    if (ast.error) {
        throw ast.error;
    }
    const state = { drawn: new Set() };
    return ast.tree.map(node => {
        const name = node.ascii + node.fn, end = node.offset + node.length;
        const data = raw.subarray(node.offset + (name === TEXT ? 0 : 1 + node.fn.length), end);
        const token = { name, at: node.offset, size: node.length, data: data.toString('hex') };
        switch (name) {
            case TEXT: token.text = decode(data, state); break;
            case RESET: Object.assign(state, { kanji: false, japan: false, letters: false, drawn: new Set() }); break;
            case KANJI: state.kanji = data[0] === 1; break;
            case INTERNATIONAL: state.japan = data[0] === 8; break;
            case LETTERS: state.letters = data[0] === 1; break;
            case DEFINE_GLYPH: state.drawn.add(data.toString('hex', 0, 2)); break;
            case DEFINE_LETTERS:
                for (let code = data[1]; code <= data[2]; code++) {
                    state.drawn.add(code.toString(16));
                }
                break;
        }
        return token;
    });
};

for (const file of process.argv.slice(2)) {
    console.log(JSON.stringify(read(fs.readFileSync(file))));
}

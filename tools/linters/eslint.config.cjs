// The rules of the scripts in static/. What is undefined is found by tsc, which knows the browser and the other scripts.
'use strict';

const js = require('@eslint/js');

const HTML_FROM_TEXT = ['innerHTML', 'outerHTML', 'insertAdjacentHTML'];

module.exports = [
  js.configs.recommended,
  {
    files: ['**/*.js'],
    languageOptions: { sourceType: 'script', ecmaVersion: 2022 },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      'no-undef': 'off',
      // What a script shares with the others, and what the files of data call.
      'no-unused-vars': ['error', { varsIgnorePattern: '^tilbudsspejl' }],
      complexity: ['error', 10],
      'max-len': ['error', { code: 120 }],
      'max-lines-per-function': ['error', { max: 40, skipComments: true, IIFEs: false }],
      'consistent-return': 'error',
      eqeqeq: 'error',
      'no-eval': 'error',
      'no-implied-eval': 'error',
      'no-new-func': 'error',
      'no-param-reassign': 'error',
      'no-restricted-properties': [
        'error',
        ...HTML_FROM_TEXT.map((property) => ({ property, message: 'A text is no markup: use element().' })),
        { object: 'document', property: 'write' },
        { object: 'document', property: 'writeln' },
      ],
      'no-shadow': 'error',
      'no-var': 'error',
      'prefer-const': 'error',
    },
  },
];

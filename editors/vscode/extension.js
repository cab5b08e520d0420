// Starts `chem lsp` for network files and rate libraries.
const { workspace } = require("vscode");
const { LanguageClient } = require("vscode-languageclient/node");

let client;

function activate() {
  const command = workspace.getConfiguration("chem").get("path", "chem");
  const server = { command, args: ["lsp"] };
  const options = {
    documentSelector: [{ scheme: "file", language: "chem" }],
    synchronize: { fileEvents: workspace.createFileSystemWatcher("**/*.{net,rates,csv}") },
  };
  client = new LanguageClient("chem", "chem", server, options);
  return client.start();
}

function deactivate() {
  return client?.stop();
}

module.exports = { activate, deactivate };

-- For `vim.lsp.enable("polis")` of Neovim 0.11 and later.

return require("polis").config()

-- How `.pol` files are edited, and what starts for them.

vim.bo.commentstring = "// %s"
vim.bo.comments = ":///,://"
vim.bo.expandtab = true
vim.bo.shiftwidth = 2
vim.bo.softtabstop = 2

local polis = require("polis")
polis.highlight(vim.api.nvim_get_current_buf())
polis.start(vim.api.nvim_get_current_buf())

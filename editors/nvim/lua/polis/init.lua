-- The language server and the colours of Polis, for Neovim 0.7 and later.

local M = {}

local options = {
  -- The program and its words.
  cmd = { "polis", "lsp" },
  -- What is set under `polis` in other editors: language, diagnostics, inlayHints, codeLens, format.
  settings = {},
  -- Called with the client and the buffer.
  on_attach = nil,
}

--- Sets options; before the first `.pol` file is opened.
function M.setup(given)
  options = vim.tbl_deep_extend("force", options, given or {})
end

--- What the server is started with, as `vim.lsp.config` has it.
function M.config()
  return {
    name = "polis",
    cmd = options.cmd,
    filetypes = { "polis" },
    -- Called by Neovim 0.11 and later.
    root_dir = function(buffer, found)
      found(M.root(vim.api.nvim_buf_get_name(buffer)))
    end,
    init_options = options.settings,
    settings = { polis = options.settings },
    on_attach = options.on_attach,
  }
end

--- The workspace of a file: the topmost folder above it with a `polis.toml`, so that packages see each other.
function M.root(file)
  local folder = vim.fn.fnamemodify(file, ":p:h")
  local root = folder
  while true do
    if vim.fn.filereadable(folder .. "/polis.toml") == 1 then
      root = folder
    end
    local above = vim.fn.fnamemodify(folder, ":h")
    if above == folder then
      return root
    end
    folder = above
  end
end

-- The servers that were started, by root; for versions that do not share them by themselves.
local clients = {}

--- Starts the server for a buffer, or attaches it to the one that runs for its workspace.
function M.start(buffer)
  local config = M.config()
  if vim.lsp.is_enabled and vim.lsp.is_enabled("polis") then
    return
  end
  if vim.fn.executable(config.cmd[1]) == 0 then
    vim.notify_once(
      "polis: 找不到程序 `" .. config.cmd[1] .. "`：用 `cargo install --path crates/polis` 安装，或在 require('polis').setup{ cmd = … } 中写明。\n"
        .. "The program is not found: install it, or name it in require('polis').setup{ cmd = … }.",
      vim.log.levels.ERROR
    )
    return
  end
  config.root_dir = M.root(vim.api.nvim_buf_get_name(buffer))
  config.filetypes = nil
  if vim.lsp.start then
    return vim.lsp.start(config, { bufnr = buffer })
  end
  -- Neovim 0.7.
  local client = clients[config.root_dir]
  if not client or not vim.lsp.get_client_by_id(client) then
    config.workspace_folders = { { uri = vim.uri_from_fname(config.root_dir), name = config.root_dir } }
    client = vim.lsp.start_client(config)
    clients[config.root_dir] = client
  end
  if client then
    vim.lsp.buf_attach_client(buffer, client)
  end
  return client
end

--- Colours by the tree-sitter grammar, where its parser is installed.
function M.highlight(buffer)
  if #vim.api.nvim_get_runtime_file("parser/polis.*", false) == 0 then
    return false
  end
  if vim.treesitter.start then
    return pcall(vim.treesitter.start, buffer, "polis")
  end
  -- Neovim 0.7.
  local ok, parser = pcall(vim.treesitter.get_parser, buffer, "polis")
  if ok then
    require("vim.treesitter.highlighter").new(parser, {})
  end
  return ok
end

return M

-- What a drafter does, in a headless Neovim: diagnostics, hover, rename, colours.
--
--   POLIS_BIN=PROGRAM nvim --headless -u NONE -i NONE -n -S editors/nvim/test/session.lua
--
-- at the root of the repository. It works on a copy of `policies`, and compiles the tree-sitter parser beside it.

local patience = 30000
local folder = vim.fn.tempname()
local workspace = folder .. "/policies"
local file = workspace .. "/changchun/社区工作者.pol"

local function say(text)
  io.stderr:write(text .. "\n")
end

local function wait(what, holds)
  if not vim.wait(patience, holds, 50) then
    error("waited in vain for " .. what)
  end
  say("  nvim: " .. what)
end

local function read(path)
  return table.concat(vim.fn.readfile(path), "\n")
end

--- Puts the cursor on the first such text.
local function at(text)
  vim.api.nvim_win_set_cursor(0, { 1, 0 })
  assert(vim.fn.search("\\V" .. text, "cW") > 0, "no " .. text)
end

local function request(method, extra)
  local params = vim.lsp.util.make_position_params(0, "utf-16")
  local clients = vim.lsp.get_active_clients()
  params = vim.lsp.util.make_position_params(0, clients[1].offset_encoding)
  local answers = vim.lsp.buf_request_sync(0, method, vim.tbl_extend("force", params, extra or {}), patience)
  for _, answer in pairs(answers or {}) do
    assert(not answer.err, vim.inspect(answer.err))
    return answer.result, clients[1]
  end
end

local function prepare()
  local function call(words)
    local out = vim.fn.system(words)
    assert(vim.v.shell_error == 0, table.concat(words, " ") .. ": " .. out)
  end
  vim.fn.mkdir(folder .. "/parser", "p")
  call({ "cp", "-R", "policies", workspace })
  local src = "grammar/tree-sitter-polis/src"
  local parser = folder .. "/parser/polis.so"
  call({ "cc", "-O1", "-shared", "-fPIC", "-I" .. src, "-o", parser, src .. "/parser.c", src .. "/scanner.c" })
  vim.opt.runtimepath:prepend({ vim.fn.getcwd() .. "/editors/nvim", folder })
end

local function run()
  prepare()
  vim.cmd("filetype plugin on")
  vim.cmd("syntax off")
  require("polis").setup({ cmd = { vim.env.POLIS_BIN, "lsp" }, settings = { language = "zh" } })

  local spoiled = read(file):gsub("实有: 专职人数", "实有: 专职人")
  vim.fn.writefile(vim.split(spoiled, "\n"), file)
  vim.cmd("edit " .. vim.fn.fnameescape(file))
  assert(vim.bo.filetype == "polis", "the filetype is " .. vim.bo.filetype)

  wait("a finding on the line that is wrong", function()
    for _, it in ipairs(vim.diagnostic.get(0)) do
      if it.message:find("专职人", 1, true) and vim.fn.getline(it.lnum + 1):find("实有", 1, true) then
        return true
      end
    end
  end)

  at("户数 不少于")
  local hover = request("textDocument/hover")
  assert(hover and vim.inspect(hover.contents):find("户", 1, true), vim.inspect(hover))
  say("  nvim: a hover")

  at("实有: 专职人")
  vim.api.nvim_set_current_line((vim.fn.getline("."):gsub("专职人", "专职人数")))
  wait("the finding goes when the line is right", function()
    return #vim.diagnostic.get(0, { severity = vim.diagnostic.severity.ERROR }) == 0
  end)

  at("员额 专职工作者")
  vim.cmd("normal! w")
  local edit, client = request("textDocument/rename", { newName = "社工员额" })
  assert(edit, "no rename")
  vim.lsp.util.apply_workspace_edit(edit, client.offset_encoding)
  vim.cmd("silent wall")
  assert(read(file):find("员额 社工员额", 1, true), "the rename is not in the file")
  assert(read(workspace .. "/changchun/社区工作者.测试.pol"):find("社工员额 =", 1, true), "the rename is not in the tests")
  say("  nvim: a rename in two files")

  local parser = vim.treesitter.get_parser(0, "polis")
  local tree = parser:parse()[1]
  assert(not tree:root():has_error(), "tree-sitter reads the file otherwise than the compiler")
  local query = (vim.treesitter.query and vim.treesitter.query.get or vim.treesitter.get_query)("polis", "highlights")
  local seen = {}
  for id in query:iter_captures(tree:root(), 0, 0, -1) do
    seen[query.captures[id]] = true
  end
  for _, name in ipairs({ "keyword.type", "property", "function", "function.builtin", "number", "string" }) do
    assert(seen[name], "nothing is coloured as " .. name)
  end
  say("  nvim: colours by tree-sitter")
end

local ok, why = xpcall(run, debug.traceback)
if not ok then
  say("nvim: " .. tostring(why))
  say(table.concat(vim.fn.readfile(vim.lsp.get_log_path(), "", -30), "\n"))
  vim.cmd("cquit 1")
end
vim.cmd("qall!")

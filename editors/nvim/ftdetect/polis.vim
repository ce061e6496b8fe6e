autocmd BufRead,BufNewFile *.pol setfiletype polis

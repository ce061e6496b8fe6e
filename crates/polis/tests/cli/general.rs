//! What all commands have in common: language, help, errors of use, colours, streams.

use std::io::Read as _;
use std::process::Stdio;

use insta::assert_snapshot;

use crate::{Cli, WRONG};

#[test]
fn help_is_in_both_languages() {
    let cli = Cli::new();
    assert_snapshot!(cli.run("--help"), @r"
    exit: 0
    ----- stdout
    把政策文件写成可检查、可测试、可模拟的代码

    用法: polis [选项] <命令>

    命令:
      check        检查政策文件
      fmt          把文件改写成统一的格式
      test         运行政策文件中的测试
      simulate     在样本上计算一个包的条款：每个辖区得出什么
      compare      把几个城市的条款放在同一样本上对照：差别，谁多谁少
      diff         对照两个城市或一个包的两个版本：哪些条款不同，往哪个方向，对谁不同
      matrix       把几个城市按主题并排：职能、权力、机构、员额、薪酬、准入、考核、会议
      why          说明某个辖区的某个值是怎样得出的
      why-not      说明事实最少改变多少，某个辖区的结果就会不同
      implies      判断一条是否总能推出另一条
      equivalent   判断两条对所有辖区是否一样
      list         列出某一种类的条款
      coverage     统计条款覆盖了登记表中的哪些行
      explain      解释检查代码、种类、关键词、条目或函数
      sample       生成样本
      lsp          启动供编辑器使用的语言服务（标准输入输出）
      new          新建一个包：清单文件、第一份文件、一项员额和一个能通过的测试
      completions  输出命令行补全脚本
      help         显示帮助，或某个命令的帮助

    通用选项:
      -h, --help          显示帮助
          --lang <语言>   消息的语言 [可选：zh、en]
          --color <何时>  何时使用颜色 [可选：auto、always、never；默认：auto]
      -q, --quiet         只输出结果，不输出摘要和提示
      -V, --version       显示版本

    退出码:
      0    没有错误
      1    发现错误，或有测试未通过、有文件需要格式化
      2    用法有误，或所给文件无法读写
      101  polis 自身的缺陷

    环境变量:
      POLIS_LANG              消息的语言；其次看 LC_ALL、LC_MESSAGES、LANG，都没有则为中文
      NO_COLOR                不使用颜色
    ");
    assert_snapshot!(cli.run("--help --lang en"), @r"
    exit: 0
    ----- stdout
    Policies as code that can be checked, tested and simulated

    Usage: polis [OPTIONS] <COMMAND>

    Commands:
      check        Check policies
      fmt          Rewrite files in the one form
      test         Run the tests that stand in the policies
      simulate     Compute a package's provisions for every jurisdiction of a sample
      compare      Put several cities' provisions side by side on one sample
      diff         Tell two cities or two versions apart: which provisions, which way, for whom
      matrix       Put several cities side by side by topic: functions, powers, offices, staffing, pay …
      why          Tell how a value came about for a jurisdiction
      why-not      Tell the smallest change of facts that would change a result
      implies      Tell whether one provision implies another
      equivalent   Tell whether two provisions come to the same
      list         List the provisions of a kind
      coverage     Count which rows of a register the provisions carry
      explain      Explain a code, kind, keyword, clause or function
      sample       Make samples
      lsp          Start the language server that editors use, on standard input and output
      new          Create a package: a manifest, a first document, a quota and a test that passes
      completions  Print a script by which a shell completes the command line
      help         Print help, or the help of a command

    Global options:
      -h, --help             Print this help
          --lang <LANGUAGE>  The language of messages [zh, en]
          --color <WHEN>     When to colour the output [auto, always, never; default: auto]
      -q, --quiet            Print results only, no summaries or hints
      -V, --version          Print the version

    Exit codes:
      0    no errors
      1    errors were found, tests failed, or files need formatting
      2    wrong usage, or files that cannot be read or written
      101  a bug in polis

    Environment:
      POLIS_LANG              the language of messages; then LC_ALL, LC_MESSAGES, LANG; else Chinese
      NO_COLOR                no colours
    ");
    assert_snapshot!(cli.run("check -h"), @r"
    exit: 0
    ----- stdout
    检查政策文件

    用法: polis check [选项] [路径]…

    参数:
      [路径]...  包、工作区或 .pol 文件的路径 [默认：当前文件夹]

    选项:
          --format <格式>     输出格式 [可选：full、concise、json、github、sarif；默认：full]
          --deny-warnings     有警告时也以退出码 1 结束
          --fix               自动改正可以放心改正的问题，只改所给路径之下的 .pol 文件
          --dry-run           只显示 `--fix` 会作的改动，不写文件；退出码按改正前的问题
          --undecided         列出未能判定的问题及原因
          --sources <文件夹>  原文所在的文件夹，据以核对出处 [默认：各包清单文件 [sources] 中的 path]

    通用选项:
      -h, --help          显示帮助
          --lang <语言>   消息的语言 [可选：zh、en]
          --color <何时>  何时使用颜色 [可选：auto、always、never；默认：auto]
      -q, --quiet         只输出结果，不输出摘要和提示

    有原文时还核对出处：所引的文字是否在原文中，条款中的数字和“以上、超过”等界限是否与所引的句子一致。
    文件条款用“原文”写明其文件名；不一致之处旁边有“备注”的，降为提示。没有原文也能检查和运行。

    退出码:
      0    没有错误
      1    发现错误，或有测试未通过、有文件需要格式化
      2    用法有误，或所给文件无法读写
      101  polis 自身的缺陷
    ");
    assert_snapshot!(cli.run("help simulate --lang en"), @r#"
    exit: 0
    ----- stdout
    Compute a package's provisions for every jurisdiction of a sample

    Usage: polis simulate [OPTIONS] <PACKAGE>

    Arguments:
      <PACKAGE>  The package's name or path

    Options:
          --on <SAMPLE>          The folder or file of the sample [default: `default` of the manifest's
                                 [samples]]
          --set <NAME=VALUE>     Sets a parameter; may be given several times, as in --set
                                 allowance=30000yuan
          --as-of <DATE>         The day whose law applies, such as 2020-01-31
          --format <FORM>        The form of the output [table, csv, json, html, parquet; default:
                                 table]
          --out <FILE>           Write to a file rather than to standard output
          --totals               Only totals, and subtotals by what jurisdictions lie in, without a line
                                 for each
          --keep-going           Leave out rows of the sample with something wrong, and compute the
                                 others
          --rejects <FILE>       Write the rows that are left out to a file, with the reasons; beside
                                 the results where --out is given
          --scenario <SCENARIO>  Run a scenario: its years, params, growth and switches
          --years <YEARS>        Run year by year, each as of its last day, as in 2020..2026
          --sweep <NAME=VALUES>  Runs a parameter through values; may be given several times, as in
                                 --sweep "allowance=5..50 yuan step 5"
          --draw <N>             Draw so many of the combinations of --sweep instead of running them
                                 all, and give quantiles
          --seed <SEED>          The seed of --draw: the same seed draws the same [default: 1]
          --yes                  Go ahead even with more than a million runs
          --with <PACKAGE>       Run another city's provisions on these jurisdictions

    Global options:
      -h, --help             Print this help
          --lang <LANGUAGE>  The language of messages [zh, en]
          --color <WHEN>     When to colour the output [auto, always, never; default: auto]
      -q, --quiet            Print results only, no summaries or hints
    "#);
    assert_snapshot!(cli.run("help why"), @r"
    exit: 0
    ----- stdout
    说明某个辖区的某个值是怎样得出的

    用法: polis why [选项] <包> <名称> --for <编号>

    参数:
      <包>    包的名称或路径
      <名称>  规则、员额、要求等条款的名称

    选项:
          --for <编号>       辖区在样本中的编号
          --on <样本>        样本所在的文件夹或文件 [默认：清单文件 [samples] 中的 default]
          --set <名称=值>    把参数设为某个值，可多次使用，如 --set 补贴=3万元
          --as-of <日期>     按该日有效的条款计算，如 2020-01-31 或 2020年1月31日
          --year <年度>      在该年年末，如 2023
          --scenario <情景>  按情景推演到 `--year` 那一年 [默认：情景的最后一年]
          --format <格式>    输出格式 [可选：text、json、dot；默认：text]

    通用选项:
      -h, --help          显示帮助
          --lang <语言>   消息的语言 [可选：zh、en]
          --color <何时>  何时使用颜色 [可选：auto、always、never；默认：auto]
      -q, --quiet         只输出结果，不输出摘要和提示
    ");
    assert_eq!(cli.run("help check"), cli.run("check --help"));
}

#[test]
fn without_a_command_help_goes_to_standard_error() {
    let cli = Cli::new();
    let output = cli.output("");
    assert_eq!(output.status.code(), Some(2));
    assert!(output.stdout.is_empty());
    let help = cli.output("--help").stdout;
    assert_eq!(output.stderr, help);
}

#[test]
fn the_version_is_told() {
    assert_eq!(Cli::new().run("--version"), format!("exit: 0\n----- stdout\npolis {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn the_language_is_the_options_then_the_environments_then_chinese() {
    let says = |cli: &Cli, line: &str| {
        let text = cli.run(line);
        let english = text.contains("no problems found");
        assert!(english != text.contains("没有发现问题"), "{text}");
        if english { "en" } else { "zh" }
    };
    assert_eq!(says(&Cli::package(), "check"), "zh");
    assert_eq!(says(&Cli::package().variable("LANG", "en_US.UTF-8"), "check"), "en");
    assert_eq!(says(&Cli::package().variable("LANG", "fr_FR.UTF-8"), "check"), "zh");
    let both = Cli::package().variable("LANG", "en_US.UTF-8").variable("LC_ALL", "zh_CN.UTF-8");
    assert_eq!(says(&both, "check"), "zh");
    let three = both.variable("POLIS_LANG", "en");
    assert_eq!(says(&three, "check"), "en");
    assert_eq!(says(&three, "check --lang zh"), "zh");
    assert_eq!(says(&three, "--lang=zh check"), "zh");
}

#[test]
fn errors_of_use_are_in_both_languages() {
    let cli = Cli::new();
    assert_snapshot!(cli.run("chek"), @r"
    exit: 2
    ----- stderr
    错误：没有 `chek` 这个命令
    是否想写 `check`？

    用法: polis [选项] <命令>
    更多说明见 `--help`
    ");
    assert_snapshot!(cli.run("chek --lang en"), @r"
    exit: 2
    ----- stderr
    error: there is no command `chek`
    did you mean `check`?

    Usage: polis [OPTIONS] <COMMAND>
    for more, see `--help`
    ");
    assert_snapshot!(cli.run("月"), @r"
    exit: 2
    ----- stderr
    错误：没有 `月` 这个命令

    用法: polis [选项] <命令>
    更多说明见 `--help`
    ");
    assert_snapshot!(cli.run("check --formt json --lang en"), @r"
    exit: 2
    ----- stderr
    error: there is no argument `--formt`
    did you mean `--format`?

    Usage: polis check [OPTIONS] [PATH]…
    for more, see `--help`
    ");
    assert_snapshot!(cli.run("check --format jsn"), @r"
    exit: 2
    ----- stderr
    错误：`--format <格式>` 的值不能是 `jsn`
    是否想写 `json`？
    可选的值：`full`、`concise`、`json`、`github`、`sarif`
    更多说明见 `--help`
    ");
    assert_snapshot!(cli.run("check --format"), @r"
    exit: 2
    ----- stderr
    错误：`--format <格式>` 缺少值
    可选的值：`full`、`concise`、`json`、`github`、`sarif`
    更多说明见 `--help`
    ");
    assert_snapshot!(cli.run("check --lang fr"), @r"
    exit: 2
    ----- stderr
    错误：`--lang <语言>` 的值不能是 `fr`
    可选的值：`zh`、`en`
    更多说明见 `--help`
    ");
    assert_snapshot!(cli.run("check --lang en --color never --color always"), @r"
    exit: 2
    ----- stderr
    error: `--color <WHEN>` can be given only once

    Usage: polis check [OPTIONS] [PATH]…
    for more, see `--help`
    ");
    assert_snapshot!(cli.run("why a b"), @r"
    exit: 2
    ----- stderr
    错误：缺少参数 `--for <编号>`

    用法: polis why [选项] <包> <名称> --for <编号>
    更多说明见 `--help`
    ");
    assert_snapshot!(cli.run("simulate a --set x --lang en"), @r"
    exit: 2
    ----- stderr
    error: `--set <NAME=VALUE>` cannot be `x`: it must read `NAME=VALUE`
    for more, see `--help`
    ");
    assert_snapshot!(cli.run("simulate a --as-of 2020-13"), @r"
    exit: 2
    ----- stderr
    错误：`--as-of <日期>` 的值不能是 `2020-13`：应为一个日期，如 2020-01-31
    更多说明见 `--help`
    ");
    assert_snapshot!(cli.run("help chek"), @r"
    exit: 2
    ----- stderr
    错误：没有 `chek` 这个命令
    是否想写 `check`？
    ");
    assert_snapshot!(cli.run("explain a b"), @r"
    exit: 2
    ----- stderr
    错误：多了参数 `b`

    用法: polis explain [选项] <词>
    更多说明见 `--help`
    ");
}

#[cfg(unix)]
#[test]
fn an_argument_that_is_not_utf8_is_told() {
    use std::os::unix::ffi::OsStrExt as _;

    let cli = Cli::new();
    let mut command = cli.command("check");
    let output = command.arg(std::ffi::OsStr::from_bytes(b"\xff")).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8(output.stderr).unwrap().starts_with("错误：参数不是有效的 UTF-8"));
}

#[test]
fn a_pipe_has_no_colours_unless_they_are_asked_for() {
    let cli = Cli::package().file("changchun/网格.pol", WRONG);
    let colored = |cli: &Cli, line: &str| cli.output(line).stdout.contains(&0x1b);
    assert!(!colored(&cli, "check"));
    assert!(!colored(&cli, "check --help"));
    assert!(!colored(&cli, "list quota"));
    assert!(colored(&cli, "check --color always"));
    assert!(colored(&cli, "check --help --color=always"));
    assert!(colored(&cli, "list quota --color always"));
    assert!(!colored(&cli.variable("NO_COLOR", "1"), "check --color never"));
    let output = Cli::new().output("chek --color always");
    assert!(output.stderr.starts_with("\u{1b}[1;31m错误".as_bytes()));
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    // More than a pipe holds.
    let params: Vec<String> = (0..2000).map(|it| format!("参数 参数{it}: 户 {{ 值: {it} 户 }}")).collect();
    let cli = Cli::package().file("changchun/参数.pol", params.join("\n"));
    let mut child = cli.command("list param --format json").stdin(Stdio::null()).spawn().unwrap();
    let mut stdout = child.stdout.take().unwrap();
    let mut first = [0];
    stdout.read_exact(&mut first).unwrap();
    drop(stdout);
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), String::from_utf8(output.stderr).unwrap()), (Some(0), String::new()));
}

#[cfg(target_os = "linux")]
#[test]
fn output_that_cannot_be_written_ends_with_2() {
    let cli = Cli::package();
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let child = cli.command("list codes --format json").stdout(full).spawn().unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(2));
}

/// A disk that is full is told with the file's name, in every form and in batches as on the whole.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_told() {
    for large in ["0", "1000000"] {
        let cli = Cli::package().variable("POLIS_LARGE_FILE", large);
        assert_eq!(cli.code("sample generate changchun --communities 3 --out s"), 0);
        for form in ["table", "csv", "json", "html", "parquet"] {
            let text = cli.run(&format!("simulate changchun --on s --format {form} --out /dev/full --lang en"));
            assert!(text.starts_with("exit: 2\n"), "{form}: {text}");
            assert!(text.contains("error: cannot write `/dev/full`: No space left on device"), "{form}: {text}");
        }
        let text = cli.run("simulate changchun --on s --format parquet --out no/such/folder.parquet --lang en");
        assert!(text.starts_with("exit: 2\n") && text.contains("`no/such/folder.parquet`"), "{text}");
    }
}

#[test]
fn completions_are_made_for_every_shell() {
    let cli = Cli::new();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let output = cli.output(&format!("completions {shell}"));
        assert_eq!(output.status.code(), Some(0), "{shell}");
        let script = String::from_utf8(output.stdout).unwrap();
        assert!(script.contains("simulate") && script.contains("deny-warnings"), "{shell}");
    }
    assert_snapshot!(cli.run("completions tcsh"), @r"
    exit: 2
    ----- stderr
    错误：`<SHELL>` 的值不能是 `tcsh`
    是否想写 `zsh`？
    可选的值：`bash`、`zsh`、`fish`、`powershell`、`elvish`
    更多说明见 `--help`
    ");
    let english = cli.output("completions fish --lang en").stdout;
    assert!(String::from_utf8(english).unwrap().contains("Check policies"));
}

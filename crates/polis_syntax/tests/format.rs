use polis_syntax::words::Face;
use polis_syntax::*;
#[test]
fn try_it() {
    let text = std::fs::read_to_string("/tmp/try.pol").unwrap();
    for face in [None, Some(Face::Zh), Some(Face::En)] {
        match format(&text, &FormatOptions { face, width: 90 }) {
            Ok(it) => eprintln!("--- {face:?}\n{it}"),
            Err(FormatError::Syntax(errors)) => for e in errors { eprintln!("{:?} {:?}", e.kind, e.span.text(&text)); },
            Err(e) => eprintln!("{e:?}"),
        }
    }
}

//! Circles of packages.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use polis_diagnostic::{Cycle, Diagnostic, NameMessage, NameNote};
use smol_str::SmolStr;

use crate::manifest::{Manifest, Spanned};

/// The packages by name.
type Packages<'a> = BTreeMap<&'a str, &'a Manifest>;

/// The names that a manifest gives in one of its lists.
type Names = fn(&Manifest) -> &[Spanned<SmolStr>];

/// Every circle of `under` and every circle of `uses`, each with the places that make it.
///
/// The two lists are looked at apart: what a superior uses may well be under it. Packages that are entangled in several
/// circles have one reported, the shortest through the first of their names; when it is broken the next one shows.
pub(super) fn cycles(packages: &Packages<'_>) -> Vec<Diagnostic> {
    let lists: [Names; 2] = [|it| &it.under, |it| &it.uses];
    lists.into_iter().flat_map(|names| cycles_of(packages, names)).collect()
}

fn cycles_of(packages: &Packages<'_>, names: Names) -> Vec<Diagnostic> {
    let graph = Graph { packages, names };
    let mut left = graph.entangled();
    let mut found = Vec::new();
    while let Some(first) = left.pop_first() {
        if let Some(cycle) = graph.shortest_cycle(first) {
            found.extend(graph.report(&cycle));
            // Whatever leads back to `first` is entangled with it.
            let others: Vec<&str> = graph.reachable(first).into_iter().collect();
            for other in others {
                if graph.reachable(other).contains(first) {
                    left.remove(other);
                }
            }
        }
    }
    found
}

struct Graph<'g, 'a> {
    packages: &'g Packages<'a>,
    names: Names,
}

impl<'g> Graph<'g, '_> {
    /// The packages that `name` leads to, in the order of its manifest.
    fn next(&self, name: &str) -> impl Iterator<Item = &'g str> + use<'g> {
        let packages = self.packages;
        let manifest: Option<&'g Manifest> = packages.get(name).copied();
        let names = manifest.map(self.names).unwrap_or_default();
        names.iter().map(|it| it.value.as_str()).filter(|it| packages.contains_key(it))
    }

    /// The packages from which a circle can be reached. Almost always there are none, and this is all that is done.
    fn entangled(&self) -> BTreeSet<&'g str> {
        let mut left: BTreeSet<&'g str> = self.packages.keys().copied().collect();
        let mut waiting: BTreeMap<&str, usize> = BTreeMap::new();
        let mut before: BTreeMap<&str, Vec<&'g str>> = BTreeMap::new();
        for &name in self.packages.keys() {
            waiting.insert(name, self.next(name).count());
            for next in self.next(name) {
                before.entry(next).or_default().push(name);
            }
        }
        let mut done: Vec<&str> = waiting.iter().filter(|(_, count)| **count == 0).map(|(name, _)| *name).collect();
        while let Some(name) = done.pop() {
            left.remove(name);
            for &earlier in before.get(name).into_iter().flatten() {
                if let Some(count) = waiting.get_mut(earlier) {
                    *count -= 1;
                    if *count == 0 {
                        done.push(earlier);
                    }
                }
            }
        }
        left
    }

    /// Everything that `start` leads to, itself only where it leads back.
    fn reachable(&self, start: &str) -> BTreeSet<&'g str> {
        let mut seen = BTreeSet::new();
        let mut open: Vec<&str> = self.next(start).collect();
        while let Some(name) = open.pop() {
            if seen.insert(name) {
                open.extend(self.next(name));
            }
        }
        seen
    }

    /// The shortest way from `start` back to it, each name once; of equally long ones the manifests' order decides.
    fn shortest_cycle(&self, start: &'g str) -> Option<Vec<&'g str>> {
        let mut came_from: BTreeMap<&'g str, &'g str> = BTreeMap::new();
        let mut open = VecDeque::from([start]);
        while let Some(name) = open.pop_front() {
            for next in self.next(name) {
                if next == start {
                    let mut cycle = vec![name];
                    let mut at = name;
                    while let Some(&earlier) = came_from.get(at) {
                        cycle.push(earlier);
                        at = earlier;
                    }
                    cycle.reverse();
                    return Some(cycle);
                }
                if !came_from.contains_key(next) {
                    came_from.insert(next, name);
                    open.push_back(next);
                }
            }
        }
        None
    }

    fn report(&self, cycle: &[&str]) -> Option<Diagnostic> {
        let followers = cycle.iter().skip(1).chain(cycle.first());
        let mut links = cycle.iter().zip(followers).filter_map(|(name, next)| {
            let manifest = self.packages.get(name)?;
            (self.names)(manifest).iter().find(|it| it.value == *next)
        });
        let needs = |it: &Spanned<SmolStr>| NameNote::NeedsHere { name: it.value.clone() };
        let first = links.next()?;
        let message = NameMessage::CyclicPackages { cycle: Cycle(cycle.iter().map(|it| (*it).into()).collect()) };
        let diagnostic = Diagnostic::new(message, first.at).primary_note(needs(first));
        Some(links.fold(diagnostic, |diagnostic, link| diagnostic.label(link.at, needs(link))))
    }
}

#[cfg(test)]
mod tests {
    use polis_diagnostic::{FileId, Locale, Span};

    use super::*;

    fn circles(packages: &[(&str, &[&str])]) -> Vec<String> {
        let at = Span::new(FileId(0), 0, 0);
        let manifests: Vec<Manifest> = packages
            .iter()
            .map(|(name, under)| {
                let under = under.iter().map(|it| Spanned { value: (*it).into(), at }).collect();
                Manifest { under, ..Manifest::anonymous(*name, "/") }
            })
            .collect();
        let packages = manifests.iter().map(|it| (it.name.as_str(), it)).collect();
        cycles(&packages).iter().map(|it| it.message.render(Locale::En)).collect()
    }

    #[test]
    fn trees_and_diamonds_are_no_circles() {
        assert_eq!(circles(&[("a", &["b", "c"]), ("b", &["d"]), ("c", &["d"]), ("d", &["nowhere"])]), [""; 0]);
    }

    #[test]
    fn one_circle_is_reported_once_and_the_way_to_it_left_out() {
        let prefix = "packages depend on each other in a circle: ";
        let expected = format!("{prefix}`b` → `c` → `b`");
        assert_eq!(circles(&[("a", &["b"]), ("b", &["c"]), ("c", &["b", "d"]), ("d", &[])]), [expected.as_str()]);
        assert_eq!(circles(&[("c", &["b", "d"]), ("d", &[]), ("b", &["c"]), ("a", &["b"])]), [expected]);
        assert_eq!(circles(&[("a", &["a"])]), [format!("{prefix}`a` → `a`")]);
    }

    #[test]
    fn of_entangled_circles_the_shortest_is_reported_and_separate_ones_each() {
        let prefix = "packages depend on each other in a circle: ";
        let entangled: &[(&str, &[&str])] = &[("a", &["b", "d"]), ("b", &["c"]), ("c", &["a"]), ("d", &["a"])];
        assert_eq!(circles(entangled), [format!("{prefix}`a` → `d` → `a`")]);
        // `c` lies between two circles and on none.
        let apart: &[(&str, &[&str])] =
            &[("a", &["b"]), ("b", &["a", "c"]), ("c", &["d"]), ("d", &["e"]), ("e", &["d"])];
        assert_eq!(circles(apart), [format!("{prefix}`a` → `b` → `a`"), format!("{prefix}`d` → `e` → `d`")]);
    }
}

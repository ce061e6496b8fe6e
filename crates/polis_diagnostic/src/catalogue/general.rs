//! Texts that several families use.

use super::arguments::Bilingual;
use super::macros::notes;

notes! {
    /// Remarks for any finding.
    pub enum GeneralNote {
        /// On a place of which there is nothing else to say.
        Here
            en "here", zh "此处";
        /// On the declaration of what the finding is about.
        DeclaredHere
            en "declared here", zh "在此处声明";
        /// On the first of several.
        FirstHere
            en "first here", zh "最先在此处";
        /// On what leads to the finding.
        BecauseOfThis
            en "because of this", zh "原因在此";
        /// A text that the caller has in both languages.
        Verbatim { text: Bilingual }
            en "{text}", zh "{text}";
    }
}

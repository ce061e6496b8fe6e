//! Words that a clause chooses from, such as modalities and levels. They are recognised by the clause they stand in.

use super::word_table;

/// Which choices a clause admits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ChoiceSet {
    /// `modality:` of a structural provision.
    Modality,
    /// `level:` of a document or package.
    Level,
    /// `polarity:` of a list.
    Polarity,
}

impl ChoiceSet {
    /// The choices of the set, weakest or lowest last.
    #[must_use]
    pub const fn choices(self) -> &'static [Choice] {
        match self {
            Self::Modality => &[Choice::Must, Choice::Normally, Choice::Encouraged, Choice::Planned, Choice::May],
            Self::Level => {
                &[Choice::National, Choice::Province, Choice::City, Choice::District, Choice::Street, Choice::Community]
            }
            Self::Polarity => &[Choice::Positive, Choice::Negative],
        }
    }

    /// The choice of this set that `text` spells.
    #[must_use]
    pub fn from_text(self, text: &str) -> Option<Choice> {
        self.choices().iter().copied().find(|it| it.word().reads(text))
    }
}

word_table! {
    /// A word that a clause chooses from.
    pub enum Choice {
        Must = "应当", "must", also ["必须", "须"]; zh "必须做到；做不到即违反。"; en "Binding; failing it is a breach.";
        Normally = "一般", "normally", also ["原则上"]; zh "通常如此；偏离须说明，但不算违反。"; en "As a rule; a deviation is reported, not a breach.";
        Encouraged = "鼓励", "encouraged"; zh "提倡；不做不算违反。"; en "Encouraged; not doing it is no breach.";
        Planned = "拟", "planned"; zh "计划中，尚未生效。"; en "Planned, not yet binding.";
        May = "可以", "may", also ["可"]; zh "允许；由有权者选择。"; en "Permitted; the holder may choose.";
        National = "国家", "national", also ["中央"]; zh "国家层级。"; en "The national level.";
        Province = "省", "province", also ["省级"]; zh "省级。"; en "The provincial level.";
        City = "市", "city", also ["市级"]; zh "市级。"; en "The city level.";
        District = "区县", "district", also ["区", "县"]; zh "县（市、区）级。"; en "The district or county level.";
        Street = "街道", "street", also ["乡镇"]; zh "街道（乡镇）级。"; en "The street or township level.";
        Community = "社区", "community"; zh "社区级。"; en "The community level.";
        Positive = "正面", "positive"; zh "列入的才可以。"; en "Only what is listed is admitted.";
        Negative = "负面", "negative"; zh "列入的不可以。"; en "What is listed is excluded.";
    }
}

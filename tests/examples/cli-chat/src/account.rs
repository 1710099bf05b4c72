//! What answers cost: by the prices of outcrop's catalog, which have a date, or by the user's. What is not known is said to
//! be unknown, and never counted as nothing.

use outcrop::catalog::{Quantity, Rates, estimate_cost};
use outcrop::types::TokenUsage;
use std::fmt;

/// Of one run of the program.
#[derive(Default)]
pub struct Account {
    rates: Rates,
    answers: u32,
    unknown: u32,
    /// US dollars.
    sum: f64,
}

impl Account {
    /// With the user's prices, in US dollars for 1,000 tokens, where there are any.
    pub fn new(input: Option<f64>, output: Option<f64>) -> Self {
        Self { rates: Rates { input, output, ..Rates::default() }, ..Self::default() }
    }

    /// Adds an answer, and tells its tokens and its price.
    pub fn add(&mut self, model: &str, usage: &TokenUsage) -> String {
        let count = |tokens: Option<i32>| tokens.and_then(|tokens| u64::try_from(tokens).ok()).unwrap_or(0);
        let used = Quantity {
            input_tokens: count(usage.input_tokens),
            output_tokens: count(usage.output_tokens),
            cache_read_input_tokens: count(usage.cache_read_input_tokens),
            cache_write_input_tokens: count(usage.cache_write_input_tokens),
            images: None,
        };
        let tokens = format!("{} tokens in, {} out", used.input_tokens, used.output_tokens);
        self.answers += 1;
        match estimate_cost(model, &used, &self.rates) {
            Some(cost) => {
                self.sum += cost.amount;
                let date = cost.date.map(|date| format!(", prices of {date}")).unwrap_or_default();
                format!("{tokens}: {:.6} {}{date}", cost.amount, cost.currency)
            }
            None => {
                self.unknown += 1;
                format!("{tokens}; its price is not known, --input-price and --output-price tell it")
            }
        }
    }
}

impl fmt::Display for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} answers: {:.6} USD", self.answers, self.sum)?;
        if self.unknown > 0 {
            write!(f, ", and {} whose price is not known", self.unknown)?;
        }
        Ok(())
    }
}

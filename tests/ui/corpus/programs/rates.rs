use otp::prelude::*;
use std::path::PathBuf;

pub struct Config {
    pub file: PathBuf,
}

#[gen_server(name = "rates", slow_handler = 10ms)]
pub struct Rates {
    #[table]
    by_currency: Table<String, f64>,
    file: PathBuf,
    skipped: Vec<String>,
}

#[gen_server(protocol = RatesApi)]
impl Rates {
    #[init(continue = load)]
    fn new(config: Config) -> Result<Self, std::io::Error> {
        std::fs::metadata(&config.file)?;
        Ok(Rates { by_currency: Table::new(), file: config.file, skipped: Vec::new() })
    }

    #[handle_continue]
    async fn load(&mut self) {
        let text = tokio::fs::read_to_string(&self.file).await.unwrap_or_default();
        self.skipped = text.lines().map(str::to_owned).collect();
    }

    #[call]
    pub fn publish(&mut self, currency: String, rate: f64) {
        self.by_currency.insert(currency, rate);
    }

    #[call]
    pub fn skipped(&self) -> Vec<String> {
        self.skipped.clone()
    }

    #[read]
    pub fn rate(by_currency: &TableReader<String, f64>, currency: &str) -> Option<f64> {
        by_currency.get(currency)
    }

    #[every(30s)]
    async fn refresh(&mut self, cx: &mut Context<Self>) {
        cx.continue_with(RatesContinue::Load);
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let rates = Rates::start(Config { file: "rates.csv".into() }).await?;
    rates.publish("EUR".to_owned(), 1.08).await?;
    println!("{:?}", rates.rate("EUR"));
    Ok(())
}

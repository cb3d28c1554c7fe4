// The machine of the examples in this crate's documentation, written by hand.

/// Its first press lights it, its second puts it out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Lamp {
    Off,
    On,
    /// Terminal.
    Burnt,
}

pub enum Event {
    /// Answers how often it was pressed.
    Press(otp_core::ReplyTo<usize>),
    /// Says something in the lamp's log.
    Say(&'static str),
    /// Does what an example shows.
    Do(fn(&mut otp_core::Turn<Lamp>)),
    /// The same, and answers.
    Ask(fn(&mut otp_core::Turn<Lamp>), otp_core::ReplyTo<()>),
}

impl std::fmt::Display for Lamp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Debug::fmt(self, f)
    }
}

impl otp_core::MachineDecl for Lamp {
    const OPTIONS: otp_core::Options = otp_core::Options::new("Lamp");
    type Data = Vec<&'static str>;
    type State = Self;

    fn state(&self) -> Self {
        *self
    }

    fn is_terminal(state: Self) -> bool {
        state == Lamp::Burnt
    }
}

impl otp_core::StateMachine for Lamp {
    type Args = ();
    type Ref = otp_core::ServerRef<otp_core::Machine<Self>>;
    type InitError = std::convert::Infallible;
    type Event = Event;
    /// Its named timeouts.
    type Timeout = &'static str;

    const ENTER: otp_core::Hook = otp_core::Hook::Now;

    async fn init(
        (): (),
        _: &mut otp_core::Turn<Self>,
        _: &mut otp_core::MachineContext<Self>,
    ) -> Result<Option<(Self, Self::Data)>, Self::InitError> {
        Ok(Some((Lamp::Off, Vec::new())))
    }

    async fn handle(
        &mut self,
        log: &mut Self::Data,
        event: Event,
        turn: &mut otp_core::Turn<Self>,
        _: &mut otp_core::MachineContext<Self>,
    ) {
        otp_core::BareMachine::handle_bare(self, log, event, turn);
    }

    fn enter_now(
        &mut self,
        log: &mut Self::Data,
        from: Self,
        turn: &mut otp_core::Turn<Self>,
        _: &mut otp_core::MachineContext<Self>,
    ) {
        otp_core::BareMachine::enter_bare(self, log, from, turn);
    }

    fn describe(event: &Event) -> &'static str {
        match event {
            Event::Press(_) => "press",
            Event::Say(text) => text,
            Event::Do(_) | Event::Ask(..) => "do",
        }
    }
}

impl otp_core::BareMachine for Lamp {
    fn handle_bare(
        &mut self,
        log: &mut Self::Data,
        event: Event,
        turn: &mut otp_core::Turn<Self>,
    ) {
        match event {
            Event::Press(reply) => {
                turn.go(if *self == Lamp::Off { Lamp::On } else { Lamp::Off });
                log.push("pressed");
                reply.send(log.len());
            }
            Event::Say(text) => log.push(text),
            Event::Do(what) => what(turn),
            Event::Ask(what, reply) => {
                what(turn);
                reply.send(());
            }
        }
    }

    fn enter_bare(
        &mut self,
        log: &mut Self::Data,
        _: Self,
        _: &mut otp_core::Turn<Self>,
    ) {
        log.push(match self {
            Lamp::Off => "is off",
            Lamp::On => "is on",
            Lamp::Burnt => "is burnt",
        });
    }
}

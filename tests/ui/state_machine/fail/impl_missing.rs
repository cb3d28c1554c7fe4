use otp::prelude::*;

#[state_machine(initial = Shut, data = u32)]
enum Door {
    Shut,
    Open { by: u32 },
    #[terminal]
    Gone,
}

struct House {
    door: DoorRef,
}

async fn watch(house: &House) {
    let door = house.door.clone();
    println!("{} {:?}", door.pid(), door == house.door);
    door.monitor().await;
}

fn main() {}

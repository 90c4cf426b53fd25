pub fn doubled(count: u32) -> u32 { count * 2 }

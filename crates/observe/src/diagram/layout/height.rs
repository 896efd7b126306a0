//! How high nodes stand: as near as can be to the mean of their neighbours, in their order, without touching.

use std::collections::HashMap;

/// How often everybody moves to its neighbours.
const ROUNDS: usize = 6;

/// A node in its column.
#[derive(Debug, Clone)]
pub struct Slot {
    /// Its place in the graph.
    pub node: usize,
    /// Its height in pixels.
    pub height: f64,
    /// Free pixels to the next one.
    pub gap: f64,
    /// Nodes of different groups stand further apart.
    pub group: Option<String>,
}

/// The middle of each node, by its place in the graph. `columns` are in their order, from top to bottom each.
pub fn middles(
    columns: &[Vec<Slot>],
    links: &[(usize, usize)],
    between_groups: f64,
) -> HashMap<usize, f64> {
    let steps: Vec<Vec<f64>> = columns.iter().map(|one| steps(one, between_groups)).collect();
    let mut middles = HashMap::new();
    // The tallest column is the ruler: the others place themselves by it, the nearest first.
    let tallest = |(_, steps): &(usize, &Vec<f64>)| steps.iter().sum::<f64>() as u64;
    let Some((ruler, _)) = steps.iter().enumerate().max_by_key(tallest) else { return middles };
    for (at, (column, steps)) in columns.iter().zip(&steps).enumerate() {
        if at == ruler {
            let mut y = 0.0;
            for (slot, step) in column.iter().zip(steps) {
                y += step;
                middles.insert(slot.node, y);
            }
        }
    }
    let neighbours = neighbours(links);
    let outwards = (0..ruler).rev().chain(ruler + 1..columns.len());
    let rest: Vec<usize> = outwards.collect();
    for round in 0..=ROUNDS {
        for at in &rest {
            move_column(columns, &steps, *at, &neighbours, &mut middles);
        }
        if round > 0 {
            move_column(columns, &steps, ruler, &neighbours, &mut middles);
        }
    }
    middles
}

fn neighbours(links: &[(usize, usize)]) -> HashMap<usize, Vec<usize>> {
    let mut all: HashMap<usize, Vec<usize>> = HashMap::new();
    for (from, to) in links {
        all.entry(*from).or_default().push(*to);
        all.entry(*to).or_default().push(*from);
    }
    all
}

/// From the middle of the node before to that of each node, at least.
fn steps(column: &[Slot], between_groups: f64) -> Vec<f64> {
    let mut before: Option<&Slot> = None;
    let steps = column.iter().map(|slot| {
        let step = before.map_or(0.0, |before| {
            let more = if before.group == slot.group { 0.0 } else { between_groups };
            (before.height + slot.height) / 2.0 + before.gap.max(slot.gap) + more
        });
        before = Some(slot);
        step
    });
    steps.collect()
}

fn move_column(
    columns: &[Vec<Slot>],
    steps: &[Vec<f64>],
    at: usize,
    neighbours: &HashMap<usize, Vec<usize>>,
    middles: &mut HashMap<usize, f64>,
) {
    let (Some(column), Some(steps)) = (columns.get(at), steps.get(at)) else { return };
    let mut wanted: Vec<Option<f64>> = Vec::with_capacity(column.len());
    for slot in column {
        let of = neighbours.get(&slot.node).into_iter().flatten();
        let placed: Vec<f64> = of.filter_map(|other| middles.get(other)).copied().collect();
        let mean = placed.iter().sum::<f64>() / placed.len().max(1) as f64;
        wanted.push(if placed.is_empty() { None } else { Some(mean) });
    }
    let placed = apart(&fill(&wanted, steps), steps);
    for (slot, middle) in column.iter().zip(placed) {
        middles.insert(slot.node, middle);
    }
}

/// Who wants to be nowhere in particular follows who stands above, or else precedes who stands below.
fn fill(wanted: &[Option<f64>], steps: &[f64]) -> Vec<f64> {
    let first = wanted.iter().position(Option::is_some);
    let mut last = match first {
        None => 0.0,
        Some(at) => {
            let room: f64 = steps.iter().take(at + 1).sum();
            wanted.get(at).copied().flatten().unwrap_or(0.0) - room
        }
    };
    let each = wanted.iter().zip(steps).map(|(wanted, step)| {
        last = wanted.unwrap_or(last + step);
        last
    });
    each.collect()
}

/// The places nearest to those wanted (by the squares of the distances) that keep order and distance: pooling of
/// neighbours that would touch, each pool at the mean of what its members want.
fn apart(wanted: &[f64], steps: &[f64]) -> Vec<f64> {
    // Without the steps only the order is left to keep.
    let mut offset = 0.0;
    let offsets: Vec<f64> = steps
        .iter()
        .map(|step| {
            offset += step;
            offset
        })
        .collect();
    let mut pools: Vec<(f64, usize)> = Vec::new();
    for (wanted, offset) in wanted.iter().zip(&offsets) {
        let mut pool = (wanted - offset, 1);
        while let Some((sum, count)) = pools.last().copied()
            && sum / count as f64 >= pool.0 / pool.1 as f64
        {
            pools.pop();
            pool = (pool.0 + sum, pool.1 + count);
        }
        pools.push(pool);
    }
    let means =
        pools.iter().flat_map(|(sum, count)| std::iter::repeat_n(sum / *count as f64, *count));
    means.zip(&offsets).map(|(mean, offset)| mean + offset).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_wanted_where_there_is_room() {
        assert_eq!(apart(&[10.0, 100.0], &[0.0, 50.0]), [10.0, 100.0]);
    }

    #[test]
    fn who_would_touch_shares_the_way() {
        assert_eq!(apart(&[100.0, 100.0], &[0.0, 50.0]), [75.0, 125.0]);
        assert_eq!(apart(&[100.0, 100.0, 100.0], &[0.0, 50.0, 50.0]), [50.0, 100.0, 150.0]);
        let three = apart(&[0.0, 100.0, 100.0], &[0.0, 50.0, 50.0]);
        assert_eq!(three, [0.0, 75.0, 125.0]);
    }

    #[test]
    fn order_and_distance_always_hold() {
        let mut random = base::random::Random::new(7);
        for _ in 0..1_000 {
            let count = 1 + (random.next_u64() % 12) as usize;
            let wanted: Vec<f64> = (0..count).map(|_| (random.next_u64() % 500) as f64).collect();
            let mut steps: Vec<f64> = (0..count).map(|_| (random.next_u64() % 60) as f64).collect();
            steps[0] = 0.0;
            let placed = apart(&wanted, &steps);
            for at in 1..count {
                assert!(placed[at] - placed[at - 1] >= steps[at] - 1e-6, "{placed:?} {steps:?}");
            }
        }
    }

    #[test]
    fn who_wants_nothing_stands_beside_the_others() {
        assert_eq!(fill(&[None, Some(100.0), None], &[0.0, 40.0, 40.0]), [60.0, 100.0, 140.0]);
        assert_eq!(fill(&[None, None], &[0.0, 40.0]), [0.0, 40.0]);
    }
}

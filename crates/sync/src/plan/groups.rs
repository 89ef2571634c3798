//! Which groups the rows need, where each row belongs, and what has to be created.

use super::{NewGroup, Place};
use crate::world::{TOP, Tree, World};
use std::collections::{BTreeMap, BTreeSet};
use timecamp_scim_core::names::{GroupPath, loose_name_key, same_name_key};
use timecamp_scim_core::timecamp::GroupId;

/// Finds the place of a path, planning what is missing.
#[derive(Debug)]
pub(super) struct Groups<'a> {
    world: &'a World,
    tree: &'a Tree<'a>,
    /// How many levels TimeCamp was found to allow: nothing is created deeper, what is there is used.
    depth: Option<usize>,
    /// Places of paths that were looked up, by path as written.
    places: BTreeMap<GroupPath, Found>,
    planned: Vec<NewGroup>,
    /// The group above each planned one.
    parents: Vec<Node>,
    planned_exact: BTreeMap<(Node, String), usize>,
    planned_loose: BTreeMap<(Node, String), usize>,
    /// Existing groups that rows need, with all above them.
    needed: BTreeSet<GroupId>,
    /// Groups that share a name with the one that serves: the name's path, and the number of the one not used.
    pub(super) rivals: BTreeMap<GroupId, GroupId>,
}

/// A group that exists or a planned one by its place in the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Node {
    Is(GroupId),
    New(usize),
}

/// Where a path leads.
#[derive(Debug, Clone, Copy)]
enum Found {
    At(Node),
    /// It may not be created; the part of the path that is there.
    Missing(Node),
    /// TimeCamp allows no more levels; the deepest group of the path.
    Cut(Node),
}

/// What may be done about missing groups.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Missing {
    Create,
    Leave,
}

impl<'a> Groups<'a> {
    pub(super) fn new(world: &'a World, tree: &'a Tree<'a>, depth: Option<usize>) -> Self {
        Self {
            world,
            tree,
            depth,
            places: BTreeMap::new(),
            planned: Vec::new(),
            parents: Vec::new(),
            planned_exact: BTreeMap::new(),
            planned_loose: BTreeMap::new(),
            needed: BTreeSet::from([world.root]),
            rivals: BTreeMap::new(),
        }
    }

    /// Notes that somebody needs `path`. Missing groups are planned or left missing.
    pub(super) fn need(&mut self, path: &GroupPath, missing: Missing) {
        if !self.places.contains_key(path) {
            let found = self.look_up(path, missing);
            self.places.insert(path.clone(), found);
        }
        let Some(Found::At(mut at) | Found::Missing(mut at) | Found::Cut(mut at)) = self.places.get(path).copied()
        else {
            return;
        };
        while let Node::New(index) = at {
            let (Some(group), Some(above)) = (self.planned.get_mut(index), self.parents.get(index)) else { return };
            group.people += 1;
            at = *above;
        }
        if let Node::Is(group) = at {
            self.need_existing(group);
        }
    }

    fn need_existing(&mut self, group: GroupId) {
        let mut at = Some(group);
        while let Some(id) = at.filter(|id| self.needed.insert(*id)) {
            at = self.world.groups.get(&id).map(|group| group.parent);
        }
    }

    /// Where a row of `path` belongs: its group, or the root group when that may not be created.
    pub(super) fn place(&self, path: &GroupPath) -> Place {
        match self.places.get(path) {
            Some(Found::At(node) | Found::Cut(node)) => self.shown(*node),
            Some(Found::Missing(_)) | None => self.existing(self.world.root),
        }
    }

    /// Paths that are deeper than TimeCamp was found to allow, and where their people belong instead.
    pub(super) fn cut(&self) -> impl Iterator<Item = (&GroupPath, Place)> {
        self.places.iter().filter_map(|(path, found)| match found {
            Found::Cut(node) => Some((path, self.shown(*node))),
            Found::At(_) | Found::Missing(_) => None,
        })
    }

    /// An existing group as a place.
    pub(super) fn existing(&self, group: GroupId) -> Place {
        Place { id: Some(group), path: self.tree.path(group) }
    }

    pub(super) fn needed(&self) -> &BTreeSet<GroupId> {
        &self.needed
    }

    pub(super) fn planned(&self) -> &[NewGroup] {
        &self.planned
    }

    fn shown(&self, node: Node) -> Place {
        match node {
            Node::Is(group) => self.existing(group),
            Node::New(index) => {
                Place { id: None, path: self.planned.get(index).map(|group| group.path.clone()).unwrap_or_default() }
            }
        }
    }

    fn look_up(&mut self, path: &GroupPath, missing: Missing) -> Found {
        let mut at = Node::Is(self.world.root);
        for (level, name) in path.parts().iter().enumerate() {
            let found =
                self.child(at, name).or_else(|| (level == 0).then(|| self.child(Node::Is(TOP), name)).flatten());
            at = match (found, missing) {
                (Some(node), _) => node,
                (None, _) if self.depth.is_some_and(|most| level >= most) => return Found::Cut(at),
                (None, Missing::Create) => self.create(at, name, level + 1),
                (None, Missing::Leave) => return Found::Missing(at),
            };
        }
        Found::At(at)
    }

    fn child(&mut self, parent: Node, name: &str) -> Option<Node> {
        let (exact, loose) = ((parent, same_name_key(name)), (parent, loose_name_key(name)));
        let existing = if let Node::Is(group) = parent { self.tree.child(group, name) } else { None };
        if let Some((found, rest)) = existing {
            self.rivals.extend(rest.iter().map(|rival| (*rival, found)));
        }
        let existing = existing.map(|(found, _)| found);
        let is_exact =
            |id: &GroupId| self.world.groups.get(id).is_some_and(|group| same_name_key(&group.name) == exact.1);
        existing
            .filter(is_exact)
            .map(Node::Is)
            .or_else(|| self.planned_exact.get(&exact).copied().map(Node::New))
            .or_else(|| existing.map(Node::Is))
            .or_else(|| self.planned_loose.get(&loose).copied().map(Node::New))
    }

    fn create(&mut self, parent: Node, name: &str, level: usize) -> Node {
        let index = self.planned.len();
        let above = self.shown(parent);
        let name = same_name_key(name);
        let path = format!("{}/{name}", above.path);
        self.planned_exact.insert((parent, name.clone()), index);
        self.planned_loose.entry((parent, loose_name_key(&name))).or_insert(index);
        self.parents.push(parent);
        self.planned.push(NewGroup { path, name, parent: above, level, people: 0 });
        Node::New(index)
    }
}

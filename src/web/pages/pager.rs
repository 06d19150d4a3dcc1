//! The links between the pages of a list.

/// Where a page is among those of its list.
pub(super) struct Pager {
    pub(super) current: usize,
    pub(super) last: usize,
    pub(super) previous: Option<String>,
    pub(super) next: Option<String>,
}

impl Pager {
    /// The links of `page`, from 1, of a list of `total` entries; `link` gives the address of a page. None behind the last
    /// page; a list of nothing has one page.
    pub(super) fn new(
        page: usize,
        per_page: usize,
        total: usize,
        link: impl Fn(usize) -> String,
    ) -> Option<Self> {
        let last = total.div_ceil(per_page).max(1);
        (page <= last).then(|| Self {
            current: page,
            last,
            previous: (page > 1).then(|| link(page - 1)),
            next: (page < last).then(|| link(page + 1)),
        })
    }
}

/// The address of a page of the list at `path`.
pub(super) fn page_path(path: &str, page: usize) -> String {
    if page > 1 {
        format!("{path}?page={page}")
    } else {
        path.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_lead_to_their_neighbours_and_no_further() {
        let neighbours = |page, total| {
            let pager = Pager::new(page, 20, total, |page| page_path("/a", page))?;
            Some((pager.previous, pager.last, pager.next))
        };
        assert_eq!(neighbours(1, 0), Some((None, 1, None)));
        assert_eq!(neighbours(1, 20), Some((None, 1, None)));
        let (first, third) = (Some("/a".to_owned()), Some("/a?page=3".to_owned()));
        assert_eq!(neighbours(2, 41), Some((first, 3, third)));
        assert_eq!(neighbours(4, 41), None);
        assert_eq!(neighbours(usize::MAX, 41), None);
    }
}

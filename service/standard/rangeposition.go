package standard

// Position is 0 where o, an order of the same scheme, lies in the range,
// negative where it lies below and positive where it lies above. It never
// falls as o grows, so sorted versions can be searched by it.
func (r *Range) Position(o Order) int {
	if r.lo.text != "" {
		if c := compareOrders(&o, &r.lo.order); c < 0 || c == 0 && r.lo.open {
			return -1
		}
	}
	if r.hi.text != "" {
		if c := compareOrders(&o, &r.hi.order); c > 0 || c == 0 && r.hi.open {
			return 1
		}
	}
	return 0
}

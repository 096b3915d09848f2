package storage

type authz struct {
	ID     int64
	Domain string
}

type message struct {
	Domain *string
	Authz  *authz
}

func toMessages(byDomain map[string]authz) ([]*message, error) {
	var out []*message
	for domain, model := range byDomain {
		domainCopy := domain
		// bug: address-of-range-variable
		built, err := build(&model)
		if err != nil {
			return nil, err
		}
		built.Domain = &domainCopy
		out = append(out, built)
	}
	return out, nil
}

func nested(all []authz, wanted map[int64]bool, sink chan *authz) []message {
	var out []message
	for _, a := range all {
		if wanted[a.ID] {
			out = append(out, message{
				// bug: address-of-range-variable
				Domain: &a.Domain,
				// bug: address-of-range-variable
				Authz: &a,
			})
		} else {
			// A channel keeps the pointer as well.
			// bug: address-of-range-variable
			sink <- &a
		}
	}
	return out
}

func firstStatement(all []authz) (last *authz) {
	for _, a := range all {
		// bug: address-of-range-variable
		last = &a
	}
	return last
}

func find(all []authz, id int64) *authz {
	for _, a := range all {
		if a.ID == id {
			// The loop ends here, nobody overwrites the variable.
			// ok: address-of-range-variable
			return &a
		}
	}
	return nil
}

func copied(all []authz) []*authz {
	var out []*authz
	for _, a := range all {
		// one variable per turn
		a := a
		// ok: address-of-range-variable
		out = append(out, &a)
	}
	for i := range all {
		// ok: address-of-range-variable
		out = append(out, &all[i])
	}
	for _, a := range all {
		other := authz{ID: a.ID}
		// ok: address-of-range-variable
		out = append(out, &other)
	}
	return out
}

func build(model *authz) (*message, error) {
	return &message{Authz: model}, nil
}

package rpc

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"strings"

	"google.golang.org/grpc/metadata"
)

// credentials knows the admin token by its hash.
type credentials struct {
	hash  [sha256.Size]byte
	actor string
}

// newCredentials takes the token. Without one nobody is let in.
func newCredentials(token string) *credentials {
	if token == "" {
		return nil
	}
	c := &credentials{hash: sha256.Sum256([]byte(token))}
	c.actor = "token:" + hex.EncodeToString(c.hash[:4])
	return c
}

// check says who calls; an error says what to do. Hashes are compared, so
// that the time taken says nothing about the token.
func (c *credentials) check(ctx context.Context) (actor string, err error) {
	token, err := bearer(ctx)
	if err != nil {
		return "", err
	}
	hash := sha256.Sum256([]byte(token))
	if c == nil || subtle.ConstantTimeCompare(hash[:], c.hash[:]) != 1 {
		return "", &authError{"the token is not the admin token of this registry; give it as \"authorization: Bearer TOKEN\""}
	}
	return c.actor, nil
}

func bearer(ctx context.Context) (string, error) {
	values := metadata.ValueFromIncomingContext(ctx, "authorization")
	if len(values) == 0 {
		return "", &authError{"this call wants the admin token; give it as \"authorization: Bearer TOKEN\""}
	}
	scheme, token, ok := strings.Cut(values[0], " ")
	if len(values) > 1 || !ok || !strings.EqualFold(scheme, "bearer") {
		return "", &authError{"the authorization header wants the form \"Bearer TOKEN\", once"}
	}
	return strings.TrimSpace(token), nil
}

// authError says what is wrong with who calls.
type authError struct{ message string }

// Error says what to do.
func (e *authError) Error() string { return e.message }

package pdffile

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/md5"
	"crypto/rc4"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/binary"
	"fmt"
)

// The ciphers here are those that the format prescribes: ISO 32000-2, 7.6.
// Nothing is kept secret by this package.

type method uint8

const (
	none method = iota
	useRC4
	useAES // with a key for each object
	useAES256
)

// crypt undoes the standard security handler with the empty user password.
type crypt struct {
	key              []byte
	strings, streams method
	metadata         bool // encrypted as well
	self             int  // the number of the encryption dictionary
}

var padding = []byte("\x28\xBF\x4E\x5E\x4E\x75\x8A\x41\x64\x00\x4E\x56\xFF\xFA\x01\x08" +
	"\x2E\x2E\x00\xB6\xD0\x68\x3E\x80\x2F\x0C\xA9\xFE\x64\x53\x69\x7A")

func locked(why string) error {
	return fmt.Errorf("%w: %s; take the password off and try again", ErrEncrypted, why)
}

func (f *File) newCrypt(d Dict) (*crypt, error) {
	if name := f.Name(d["Filter"]); name != "Standard" {
		return nil, locked(fmt.Sprintf("it uses the security handler %q", name))
	}
	c := &crypt{metadata: true}
	if b, ok := f.Resolve(d["EncryptMetadata"]).(bool); ok {
		c.metadata = b
	}
	length := f.Int(d["Length"])
	if length < 40 || length > 256 {
		length = 40
	}
	switch v := f.Int(d["V"]); v {
	case 1:
		length = 40
		c.strings, c.streams = useRC4, useRC4
	case 2, 3:
		c.strings, c.streams = useRC4, useRC4
	case 4, 5:
		filters := f.Dict(d["CF"])
		length = 128
		c.strings = f.method(filters, f.Name(d["StrF"]))
		c.streams = f.method(filters, f.Name(d["StmF"]))
	default:
		return nil, locked(fmt.Sprintf("its encryption has version %d, which is unknown", v))
	}
	if c.strings == none && c.streams == none {
		return c, nil // only attachments are encrypted
	}
	if f.Int(d["R"]) >= 5 {
		c.key = f.newKey(d)
	} else {
		c.key = f.oldKey(d, length/8, c.metadata)
	}
	if c.key == nil {
		return nil, locked("it wants a password")
	}
	return c, nil
}

func (f *File) method(filters Dict, name Name) method {
	switch f.Name(f.Dict(filters[name])["CFM"]) {
	case "V2":
		return useRC4
	case "AESV2":
		return useAES
	case "AESV3":
		return useAES256
	}
	return none
}

func (f *File) bytes(v any) []byte {
	s, _ := f.Resolve(v).(String)
	return []byte(s)
}

// oldKey is algorithm 2 with the check of algorithms 4 and 5. It is nil where
// the empty password does not open the file.
func (f *File) oldKey(d Dict, length int, metadata bool) []byte {
	owner, user := f.bytes(d["O"]), f.bytes(d["U"])
	revision := f.Int(d["R"])
	if len(owner) < 32 || len(user) < 32 {
		return nil
	}
	var id []byte
	if list := f.Array(f.trailer["ID"]); len(list) > 0 {
		id = f.bytes(list[0])
	}
	var permissions int64
	switch p := f.Resolve(d["P"]).(type) {
	case int64:
		permissions = p
	case float64:
		permissions = int64(p)
	}
	h := md5.New()
	h.Write(padding)
	h.Write(owner[:32])
	h.Write(binary.LittleEndian.AppendUint32(nil, uint32(permissions)))
	h.Write(id)
	if revision >= 4 && !metadata {
		h.Write([]byte{0xff, 0xff, 0xff, 0xff})
	}
	key := h.Sum(nil)
	length = min(max(length, 5), 16)
	if revision < 3 {
		length = 5
	} else {
		for range 50 {
			sum := md5.Sum(key[:length])
			key = sum[:]
		}
	}
	key = key[:length]

	want := bytes.Clone(padding)
	compare := 32
	if revision < 3 {
		want = rc4With(key, want)
	} else {
		sum := md5.Sum(append(want, id...))
		want, compare = sum[:], 16
		for i := range 20 {
			turned := make([]byte, len(key))
			for j := range key {
				turned[j] = key[j] ^ byte(i)
			}
			want = rc4With(turned, want)
		}
	}
	if !bytes.Equal(want[:compare], user[:compare]) {
		return nil
	}
	return key
}

// newKey is algorithm 2.A for an empty user or owner password.
func (f *File) newKey(d Dict) []byte {
	user, owner := f.bytes(d["U"]), f.bytes(d["O"])
	if len(user) < 48 || len(owner) < 48 {
		return nil
	}
	revision := f.Int(d["R"])
	var wrap, sealed []byte
	switch {
	case bytes.Equal(hardHash(user[32:40], nil, revision), user[:32]):
		wrap, sealed = hardHash(user[40:48], nil, revision), f.bytes(d["UE"])
	case bytes.Equal(hardHash(owner[32:40], user[:48], revision), owner[:32]):
		wrap, sealed = hardHash(owner[40:48], user[:48], revision), f.bytes(d["OE"])
	}
	if len(sealed) < 32 {
		return nil
	}
	block, err := aes.NewCipher(wrap)
	if err != nil {
		return nil
	}
	key := make([]byte, 32)
	cipher.NewCBCDecrypter(block, make([]byte, aes.BlockSize)).CryptBlocks(key, sealed[:32])
	return key
}

// hardHash is algorithm 2.B for an empty password; user is "" or, for the
// owner's, the 48 bytes of U.
func hardHash(salt, user []byte, revision int) []byte {
	first := sha256.Sum256(append(bytes.Clone(salt), user...))
	k := first[:]
	if revision < 6 {
		return k
	}
	for i := 0; ; i++ {
		block, err := aes.NewCipher(k[:16])
		if err != nil {
			return nil
		}
		e := bytes.Repeat(append(bytes.Clone(k), user...), 64)
		cipher.NewCBCEncrypter(block, k[16:32]).CryptBlocks(e, e)
		remainder := 0
		for _, b := range e[:16] {
			remainder += int(b)
		}
		switch remainder % 3 {
		case 0:
			sum := sha256.Sum256(e)
			k = sum[:]
		case 1:
			sum := sha512.Sum384(e)
			k = sum[:]
		default:
			sum := sha512.Sum512(e)
			k = sum[:]
		}
		if i >= 63 && int(e[len(e)-1]) <= i-31 {
			return k[:32]
		}
	}
}

func rc4With(key, data []byte) []byte {
	out := make([]byte, len(data))
	if c, err := rc4.NewCipher(key); err == nil {
		c.XORKeyStream(out, data)
	}
	return out
}

// objectKey is algorithm 1.
func (c *crypt) objectKey(ref Ref, m method) []byte {
	h := md5.New()
	h.Write(c.key)
	h.Write([]byte{byte(ref.Num), byte(ref.Num >> 8), byte(ref.Num >> 16), byte(ref.Gen), byte(ref.Gen >> 8)})
	if m == useAES {
		h.Write([]byte("sAlT"))
	}
	return h.Sum(nil)[:min(len(c.key)+5, 16)]
}

func (c *crypt) decrypt(m method, ref Ref, data []byte) []byte {
	switch m {
	case useRC4:
		return rc4With(c.objectKey(ref, m), data)
	case useAES:
		return unAES(c.objectKey(ref, m), data)
	case useAES256:
		return unAES(c.key, data)
	}
	return data
}

func unAES(key, data []byte) []byte {
	block, err := aes.NewCipher(key)
	if err != nil || len(data) < 2*aes.BlockSize {
		return nil
	}
	body := data[aes.BlockSize : len(data)-len(data)%aes.BlockSize]
	out := make([]byte, len(body))
	cipher.NewCBCDecrypter(block, data[:aes.BlockSize]).CryptBlocks(out, body)
	if n := int(out[len(out)-1]); n >= 1 && n <= aes.BlockSize {
		out = out[:len(out)-n]
	}
	return out
}

func (c *crypt) decryptString(ref Ref, data []byte) []byte {
	return c.decrypt(c.strings, ref, data)
}

// decryptStream gives a stream's bytes, still packed.
func (c *crypt) decryptStream(f *File, s *Stream) []byte {
	switch f.Name(s.Dict["Type"]) {
	case "XRef":
		return s.raw
	case "Metadata":
		if !c.metadata {
			return s.raw
		}
	}
	if names, parms := f.filters(s.Dict); len(names) > 0 && names[0] == "Crypt" {
		if name := f.Name(parms[0]["Name"]); name == "" || name == "Identity" {
			return s.raw
		}
	}
	if f.full(0, len(s.raw)) {
		return nil
	}
	return c.decrypt(c.streams, s.ref, s.raw)
}

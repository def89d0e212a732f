package pdftext

import "math"

// matrix is [a b c d e f] of ISO 32000-1, 8.3.3: x' = ax + cy + e.
type matrix struct{ a, b, c, d, e, f float64 }

var identity = matrix{a: 1, d: 1}

// times applies m first, then n.
func (m matrix) times(n matrix) matrix {
	return matrix{
		m.a*n.a + m.b*n.c, m.a*n.b + m.b*n.d,
		m.c*n.a + m.d*n.c, m.c*n.b + m.d*n.d,
		m.e*n.a + m.f*n.c + n.e, m.e*n.b + m.f*n.d + n.f,
	}
}

func (m matrix) apply(x, y float64) (float64, float64) {
	return m.a*x + m.c*y + m.e, m.b*x + m.d*y + m.f
}

func matrixOf(v []float64) matrix {
	if len(v) < 6 {
		return identity
	}
	return matrix{v[0], v[1], v[2], v[3], v[4], v[5]}
}

// degrees is the direction of a vector, rounded, from 0 to 359.
func degrees(x, y float64) int16 {
	if y == 0 && x >= 0 {
		return 0
	}
	angle := math.Round(math.Atan2(y, x) * 180 / math.Pi)
	if angle < 0 {
		angle += 360
	}
	if !(angle >= 0 && angle < 360) {
		return 0
	}
	return int16(angle)
}

// turned gives the coordinates of a point for a reader who has turned the page
// so that text at an angle is level.
func turned(x, y float64, angle int16) (float64, float64) {
	switch angle {
	case 0:
		return x, y
	case 90:
		return y, -x
	case 180:
		return -x, -y
	case 270:
		return -y, x
	}
	sin, cos := math.Sincos(float64(angle) * math.Pi / 180)
	return x*cos + y*sin, y*cos - x*sin
}

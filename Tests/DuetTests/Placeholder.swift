// Duet

// Families
